#!/bin/sh
# The zoo with a host that is not root: no user of its own for a plugin, no cgroup of ours. What was built is copied to
# where a stranger may read it.
#     unprivileged.sh ZOO_TEST RUNNER ZOO_FOLDER FIXTURES_FOLDER
set -eu
[ "$(id -u)" = 0 ] || { echo "the other tests of the zoo are run without root already"; exit 77; }
command -v setpriv > /dev/null || { echo "setpriv is missing; install util-linux"; exit 77; }
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/tmp"
cp "$1" "$place/zoo_test"
cp "$2" "$place/outrigger-runner"
cp -R "$3" "$place/zoo"
cp -R "$4" "$place/fixtures"
chmod -R u+rwX,go+rX "$place"
chmod 1777 "$place/tmp"
cd "$place"
# Not those of systemd's dynamic users, which plugins of another test may have.
setpriv --reuid=60999 --regid=60999 --clear-groups --no-new-privs env -i PATH="$PATH" TMPDIR="$place/tmp" \
  OUTRIGGER_ZOO="$place/zoo" OUTRIGGER_RUNNER="$place/outrigger-runner" OUTRIGGER_FIXTURES="$place/fixtures" \
  ./zoo_test --gtest_filter="${OUTRIGGER_ZOO_FILTER:-*process:*/same_user}"
