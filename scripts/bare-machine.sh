#!/usr/bin/env bash
# Runs both commands of the README on a minimal machine: a Debian 12 with Node 20, npm, git and Python 3, made by
# debootstrap in a folder and entered by chroot. Needs root, and Node 20 and npm on this machine, which are copied.
#
#   scripts/bare-machine.sh FOLDER [COMMAND …]     default: both commands; FOLDER is created if it is missing
#
# The settings that this machine needs to reach the registries (package sources, certificates, npm, pip) are copied too.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:?usage: scripts/bare-machine.sh FOLDER [COMMAND …]}
shift

make_machine() {
  local sources=/etc/apt/sources.list.d/debian.sources
  local mirror
  mirror=$(sed -n 's/^URIs: *//p' "$sources" | head -1)
  debootstrap --variant=minbase --include=ca-certificates,git,python3 bookworm "$folder" "$mirror"
}

copy_settings() {
  rm -f "$folder/etc/apt/sources.list"
  cp /etc/apt/sources.list.d/debian.sources "$folder/etc/apt/sources.list.d/"
  cp /etc/resolv.conf /etc/hosts "$folder/etc/"
  cp -r /usr/local/share/ca-certificates/. "$folder/usr/local/share/ca-certificates/"
  chroot "$folder" update-ca-certificates >/dev/null
  for file in /etc/pip.conf /usr/etc/npmrc /root/.npmrc; do
    [ -e "$file" ] && install -D "$file" "$folder$file"
  done
  local node
  node=$(command -v node)
  node=$(readlink -f "$node")
  install -D "$node" "$folder/usr/bin/node"
  mkdir -p "$folder/usr/lib/node_modules"
  cp -r "$(npm root -g)/npm" "$folder/usr/lib/node_modules/"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$folder/usr/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$folder/usr/bin/npx"
}

# Runs a command in the machine, with only the environment of a CI and the trusted certificates of this machine. It has
# namespaces of its own, so no process and no mount remains at the end.
enter() {
  local certificates=/etc/ssl/certs/ca-certificates.crt
  local variables=(
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true LANG=C.UTF-8
    NODE_EXTRA_CA_CERTS=$certificates PIP_CERT=$certificates SSL_CERT_FILE=$certificates
    SAMPLE_DATA_DIR="${SAMPLE_DATA_DIR:+/sample-data}"
  )
  # Java looks up the file system of a file, and finds none if `/` is no mount point.
  unshare --mount --pid --fork --kill-child bash -euc '
    folder=$1
    shift
    mount --bind "$folder" "$folder"
    mount -t proc proc "$folder/proc"
    mount --bind /dev "$folder/dev"
    mount -t tmpfs tmpfs "$folder/dev/shm"
    exec chroot "$folder" /usr/bin/env -i "$@"
  ' enter "$folder" "${variables[@]}" bash -euc "cd /clone
$1"
}

both='
  echo "── $(. /etc/os-release; echo "$PRETTY_NAME"), Node $(node --version), $(python3 --version), no Java, Maven, Chromium"
  time npm test
  # In a process group of its own, which is signalled as a whole, like by a terminal.
  setsid npm start >/tmp/start.log 2>&1 & pid=$!
  SECONDS=0
  until grep -q "^Ready after" /tmp/start.log; do
    kill -0 $pid || { cat /tmp/start.log; exit 1; }
    sleep 1
  done
  cat /tmp/start.log
  echo "ready after $SECONDS s"
  npm run -s cli -- reindex image --suffix 20231106 --wait
  kill -- -$pid
  # Ended by the signal, it exits with 143.
  wait $pid || test $? = 143
'

[ -d "$folder/usr" ] || make_machine
copy_settings
rm -rf "$folder/clone"
git clone --quiet "$root" "$folder/clone"
if [ -n "${SAMPLE_DATA_DIR:-}" ]; then
  rm -rf "$folder/sample-data"
  cp -r "$SAMPLE_DATA_DIR" "$folder/sample-data"
fi
enter "${*:-$both}"
