#!/bin/sh
# The tests of the distributed mode run over a real Redis. Where it is missing, this installs it and says so; where
# that is not possible it says what to do, and those tests fail.
command -v redis-server >/dev/null && exit 0
told='there is no redis-server, which some tests need'
root=''
[ "$(id -u)" = 0 ] || root='sudo -n'
if command -v apt-get >/dev/null && $root true 2>/dev/null; then
    echo "$told; installing it (apt-get install redis-server)"
    $root apt-get update -qq
    # RUNLEVEL: only the program. The tests start servers of their own, on loopback and free ports.
    $root env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server >/dev/null && exit 0
fi
echo "$told; install it (Debian: apt-get install redis-server, macOS: brew install redis)" >&2
