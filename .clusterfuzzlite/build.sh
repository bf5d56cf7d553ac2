#!/bin/bash -eu
# The same build as for OSS-Fuzz.
exec bash -eu "$SRC/heapck/fuzz/oss-fuzz/build.sh"
