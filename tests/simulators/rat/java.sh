#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stands in for Java with Apache RAT: the last argument is the folder, and the word in the jar's own file
# chooses the behaviour: new or old (form of the report), fail, silent, slow, nonsense.
for folder in "$@"; do :; done
jar=
previous=
for word in "$@"; do
  [ "$previous" = "-jar" ] && jar=$word
  previous=$word
done
kind=$(cat "$jar")

case $kind in
  fail) echo "Exception in thread main: no memory" >&2; exit 3 ;;
  slow) sleep 60 ;;
  nonsense) echo "<rat-report><resource name='x'>"; exit 0 ;;
  silent) echo "<rat-report timestamp='2026-01-01T00:00:00'></rat-report>"; exit 0 ;;
esac

echo "INFO: Apache Creadur RAT, standing in"
echo "<?xml version='1.0'?>"
echo "<rat-report timestamp='2026-01-01T00:00:00'>"
cd "$folder" || exit 1
find . -type f | sort | while read -r file; do
  name=${file#./}
  if grep -q "Licensed to the Apache Software Foundation\|Apache License" "$file"; then good=true; else good=false; fi
  if [ "$kind" = old ]; then
    licence="?????"
    [ $good = true ] && licence="AL   "
    echo "<resource name='$folder/$name'><header-type name='$licence'/><license-family name='$licence'/>"
    echo "<license-approval name='$good'/><type name='standard'/></resource>"
  else
    licence="Unknown license"
    [ $good = true ] && licence="Apache License Version 2.0"
    echo "<resource name='/$name' type='STANDARD' mediaType='text/plain'>"
    echo "<license approval='$good' family='x' id='x' name='$licence'/></resource>"
  fi
done
echo "</rat-report>"
exit 1
