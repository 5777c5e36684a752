#!/usr/bin/env bash
# Installs the Debian 12 packages that building and testing need, and only those that are missing, as
# root or with sudo; and from npm what the API page is made of. Does nothing, and asks for nothing,
# when all are there.
#   install_packages.sh [MORE...]
set -eu

packages=(g++ cmake ninja-build make ccache pkg-config python3
  python3-jsonschema libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libssl-dev libsqlite3-dev
  libspdlog-dev libfmt-dev libcli11-dev libtomlplusplus-dev prometheus-cpp-dev libutf8proc-dev
  libgtest-dev clang-format strace curl postgresql-15 openssl testssl.sh)
packages+=("$@")

command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

# Of the versions and hashes in its package-lock.json. What comes runs no script. Without it Velum
# builds, and has no page at /docs.
install_docs_page() {
  local page
  page=$(cd "$(dirname "$0")/../src/server/docs_page" && pwd)
  [ ! "$page/node_modules/.package-lock.json" -nt "$page/package-lock.json" ] || return 0
  echo "Installing: swagger-ui-dist"
  npm ci --prefix "$page" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null ||
    echo "There will be no page at /docs: npm could not get swagger-ui-dist." >&2
}

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  install_docs_page
  exit 0
fi

echo "Installing: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Run as root, or install sudo." >&2; exit 1; }
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
install_docs_page
