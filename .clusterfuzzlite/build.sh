#!/bin/bash -eu
# The same build as for OSS-Fuzz. ClusterFuzzLite runs it where a job says so: example-workflow.yml.
exec bash -eu "$SRC/heapck/fuzz/oss-fuzz/build.sh"
