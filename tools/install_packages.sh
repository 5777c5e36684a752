#!/usr/bin/env bash
# Installs the Debian 12 packages that building and testing need, and only those that are missing.
# As root, or with sudo. Does nothing, and asks for nothing, when all are there.
#   install_packages.sh [MORE...]
set -eu

packages=(g++ cmake ninja-build make ccache pkg-config python3
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libssl-dev libsqlite3-dev
  libspdlog-dev libfmt-dev libcli11-dev libtomlplusplus-dev prometheus-cpp-dev libutf8proc-dev
  libgtest-dev clang-format strace curl postgresql-15 openssl testssl.sh)
packages+=("$@")

command -v node >/dev/null || packages+=(nodejs)

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "Installing: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Run as root, or install sudo." >&2; exit 1; }
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
