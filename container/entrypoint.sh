#!/bin/sh
# One image, three ways to run. Lambda says where its runtime API is and names a handler; everyone else names a
# command of ccm.
set -eu
if [ -n "${AWS_LAMBDA_RUNTIME_API:-}" ]; then
    # The one place that can be written to there. Where the record is must be said: there is no disk to keep it on.
    cd /tmp
    exec python -m awslambdaric "${1:?name a handler as the command, such as ccm_engine.functions.sweep.handler}"
fi
exec ccm "$@"
