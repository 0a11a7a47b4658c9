# Sourced by ./segtrain, ./test.sh and bench/run: what they have in common. Says what it does, on stderr.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1

# Where nobody can read it, a pipe or a full disk, the work goes on.
say() { (printf 'segtrain: %s\n' "$*" >&2) || true; }

# A step whose output matters only when it fails.
quietly() {
  local log status
  log=$(mktemp)
  "$@" >"$log" 2>&1 && { rm -f "$log"; return; }
  status=$?
  (cat "$log" >&2) || true
  rm -f "$log"
  return "$status"
}

# A program's starter looks for .NET in the system's folders alone, and it may have been installed elsewhere: DOTNET_ROOT tells it.
require_dotnet() {
  local runtime
  runtime=$(dotnet --list-runtimes 2>/dev/null | sed -n 's/^Microsoft\.NETCore\.App 10\..* \[\(.*\)\/shared\/.*\]$/\1/p' | tail -n 1) || true
  [ -n "$runtime" ] || { say "the .NET SDK 10 is needed: https://dotnet.microsoft.com/download, then run this again"; exit 5; }
  export DOTNET_ROOT=${DOTNET_ROOT:-$runtime}
}
