// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Stands in for Apache RAT: prints a report in its form, and tries what a confined program cannot do. */
public final class StandIn {
    private StandIn() {
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[arguments.length - 1]);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        out.println("<?xml version='1.0' encoding='UTF-8'?>");
        out.println("<rat-report timestamp='2026-01-01T00:00:00'>");
        for (Path file : files) {
            boolean good = Files.readString(file, StandardCharsets.ISO_8859_1).contains("Apache License");
            out.printf("<resource name='/%s' type='STANDARD' mediaType='text/plain'>"
                + "<license approval='%s' family='x' id='x' name='%s'/></resource>%n",
                folder.relativize(file), good, good ? "Apache License" : "Unknown license");
        }
        out.printf("<resource name='/network' type='NOTICE'><license approval='%s' name='-'/></resource>%n",
            !reachesNetwork());
        out.printf("<resource name='/outside' type='NOTICE'><license approval='%s' name='-'/></resource>%n",
            !seesOthers(folder.getParent().getParent()));
        out.println("</rat-report>");
        out.flush();
    }

    private static boolean seesOthers(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.count() > 0;
        } catch (IOException refused) {
            return false;
        }
    }

    private static boolean reachesNetwork() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort() > 0;
        } catch (IOException refused) {
            return false;
        }
    }
}
