# Sourced by ./segtrain and ./test.sh: brings a bare machine to the point where `dotnet build` works. Says what it does, on stderr.
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

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

have_libtorch() { [ -n "${LIBTORCH:-}" ] || [ -e /usr/include/torch/csrc/api/include/torch/torch.h ]; }

# The system backend's libraries, unless another backend was asked for or an NVIDIA driver makes the CUDA package the better choice.
install_system_packages() {
  case "${SEGTRAIN_BACKEND:-}" in cpu | cuda) return ;; esac
  [ -z "${SEGTRAIN_BACKEND:-}" ] && ! have_libtorch && [ -e /proc/driver/nvidia/version ] && return
  command -v apt-get >/dev/null || return 0
  local wanted=() package
  have_libtorch || wanted+=(libtorch-dev)
  # OpenBLAS: the reference BLAS that libtorch-dev would bring is many times slower.
  [ -n "${LIBTORCH:-}" ] || compgen -G '/usr/lib/*/libopenblas.so.0' >/dev/null || wanted+=(libopenblas0-pthread)
  [ -e /usr/include/opencv4/opencv2/imgcodecs.hpp ] || wanted+=(libopencv-imgcodecs-dev)
  [ -e /usr/include/opencv4/opencv2/imgproc.hpp ] || wanted+=(libopencv-imgproc-dev)
  command -v cmake >/dev/null || wanted+=(cmake)
  command -v g++ >/dev/null || wanted+=(g++)
  command -v make >/dev/null || wanted+=(make)
  [ ${#wanted[@]} = 0 ] && return
  say "installing ${wanted[*]} with apt (the tensor library, image files and a compiler; once, about a minute)"
  quietly as_root apt-get update -qq
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}"
}

require_dotnet() {
  command -v dotnet >/dev/null && return
  say "the .NET SDK 10 is needed: https://dotnet.microsoft.com/download, then run this again"
  exit 5
}
