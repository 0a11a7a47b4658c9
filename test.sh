#!/usr/bin/env bash
# ./test.sh [NAME]: builds and runs all tests, or the test classes whose name contains NAME.
# The last line is "N passed, N failed" (", N skipped"); the exit code is not 0 when a test failed.
set -euo pipefail
source "$(dirname "$(readlink -f "$0")")/eng/setup.sh"
cd "$root"
require_dotnet
say "building"
quietly dotnet build SegTrain.sln -c Release -v q
tests=$(dotnet msbuild tests/SegTrain.Tests -p:Configuration=Release -getProperty:TargetPath)
output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
dotnet "$tests" --progress off --no-ansi ${1:+--filter-class "*$1*"} | tee "$output" || status=$?
count() { sed -n "s/^ *$1: *\([0-9][0-9]*\)$/\1/p" "$output" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
[ -n "$passed" ] || { say "the test runner ended without a summary"; passed=0 failed=1; status=1; }
if [ "$passed" = 0 ] && [ "$failed" = 0 ]; then
  say "no test class name contains '${1:-}'"
  status=2
fi
printf '%s passed, %s failed%s\n' "$passed" "$failed" "$([ "${skipped:-0}" = 0 ] || printf ', %s skipped' "$skipped")"
exit "$status"
