#!/bin/sh
# Installs this release of Reprise.
#
#     ./install.sh                  for everybody, as root: /opt/reprise, and reprise in /usr/local/bin
#     ./install.sh --systemd        the same, and a service that systemd starts with the machine
#     ./install.sh --prefix DIR     elsewhere: DIR/reprise, and reprise in DIR/bin; needs no root where DIR is yours
#
# An earlier release in the same place is replaced; configuration and data are kept. Nothing is started.
set -eu

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

here=$(cd -P "$(dirname "$0")" && pwd)
prefix=
systemd=
while [ $# -gt 0 ]; do
  case $1 in
    --prefix)
      [ $# -ge 2 ] || fail "--prefix needs a folder"
      prefix=$2
      shift
      ;;
    --systemd) systemd=yes ;;
    -h | --help)
      sed -n '2,8s/^# \{0,1\}//p' "$0"
      exit
      ;;
    *) fail "unknown option $1; try --help" ;;
  esac
  shift
done
[ -d "$here/lib" ] && [ -d "$here/models" ] && [ -x "$here/bin/reprise" ] ||
  fail "run it from an unpacked release: $here has no bin, lib and models"
[ -z "$systemd" ] || [ -z "$prefix" ] || fail "--systemd installs for everybody: leave --prefix out"

if [ -n "$prefix" ]; then
  mkdir -p "$prefix"
  prefix=$(cd "$prefix" && pwd)
  home=$prefix/reprise
  bin=$prefix/bin
else
  [ "$(id -u)" -eq 0 ] || fail "installing for everybody needs root: use sudo, or --prefix ~/.local"
  home=/opt/reprise
  bin=/usr/local/bin
fi
case $here/ in
  "$home"/*) fail "this release already runs from $home" ;;
esac

# Beside the old one first, so that an install that breaks off leaves it whole.
rm -rf "$home.new"
mkdir -p "$home.new" "$bin"
cp -R "$here"/. "$home.new"/
rm -rf "$home.old"
[ ! -e "$home" ] || mv "$home" "$home.old"
mv "$home.new" "$home"
rm -rf "$home.old"
ln -sf "$home/bin/reprise" "$bin/reprise"
echo "Installed $("$bin/reprise" --version) in $home; the command is $bin/reprise"

if [ -n "$systemd" ]; then
  mkdir -p /etc/reprise
  [ -e /etc/reprise/reprise.yaml ] || "$bin/reprise" config init --out /etc/reprise/reprise.yaml
  cp "$home/deploy/systemd/reprise.service" /etc/systemd/system/reprise.service
  ! command -v systemctl >/dev/null || systemctl daemon-reload 2>/dev/null || true
  echo "Settings are in /etc/reprise/reprise.yaml, data will be in /var/lib/reprise. Start it:"
  echo "  systemctl enable --now reprise"
fi
