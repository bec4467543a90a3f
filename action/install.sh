# shellcheck shell=bash
# Brings gitopslint: a release with the right checksum, or, where there is none, a build of the
# action's own source.
#
#   install.sh key      tells the cache what is wanted
#   install.sh install  makes sure that it is there

# shellcheck source=action/common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

source=$(real "$GITHUB_ACTION_PATH") || fail "the action's own folder is not there"

# The version of the action's own source, unless another is asked for.
version=${INPUT_VERSION:-}
if [[ -z $version ]]; then
  while read -r line; do
    if [[ $line =~ ^version\ =\ \"([^\"]+)\"$ ]]; then
      version=${BASH_REMATCH[1]}
      break
    fi
  done <"$source/Cargo.toml"
fi
version=${version#v}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "\`$version\` is not a version"

case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
  Linux-X64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64) target=aarch64-unknown-linux-musl ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  *) target= ;;
esac
archive=gitopslint-$target-v$version.tar.gz
releases=${INPUT_RELEASES:-https://github.com/gitopslint/gitopslint/releases/download}

# Whether a file has a checksum.
has_sum() {
  local line
  [[ -f $1 ]] || return 1
  line=$("${sum[@]}" <"$1")
  [[ ${line%% *} == "$2" ]]
}

# Fetches a file of the release. 1: there is none; whatever else goes wrong ends the step.
fetch() {
  local code protocol='=https'
  case $releases in
    http://127.0.0.1:* | http://localhost:*) protocol='=http' ;;
  esac
  code=$(curl --disable --fail --silent --show-error --location \
    --proto "$protocol" --proto-redir "$protocol" --retry 3 --max-time 300 \
    --write-out '%{http_code}' --output "$2" "$releases/v$version/$1" 2>"$home/said") || {
    rm -f -- "$2"
    if [[ $code != 404 ]]; then
      cat -- "$home/said" >&2
      fail "cannot download $1"
    fi
    return 1
  }
}

# The checksum that the archive has to have: the one that stands in the action's own source, else
# the one that the release names.
wanted() {
  local known name
  while read -r known name; do
    if [[ $name == "$archive" ]]; then
      printf '%s' "$known"
      return
    fi
  done < <(cat -- "$source/action/checksums" "$home/SHA256SUMS" 2>/dev/null)
}

# Unpacks the release, cached or fetched. 1: there is no release.
release() {
  local expected
  [[ -n $target ]] || return 1
  fetch SHA256SUMS "$home/SHA256SUMS" || return 1
  expected=$(wanted)
  [[ -n $expected ]] || return 1
  if ! has_sum "$home/$archive" "$expected"; then
    fetch "$archive" "$home/$archive" || fail "the release has no $archive"
  fi
  if ! has_sum "$home/$archive" "$expected"; then
    rm -f -- "$home/$archive"
    fail "$archive was not used: its checksum is not $expected"
  fi
  mkdir -p "$home/bin"
  tar -xzf "$home/$archive" -C "$home/bin" gitopslint || fail "cannot unpack $archive"
}

# Builds a copy of the action's source, where no folder above belongs to the checkout: rustup and
# cargo look for their settings in all of them.
build() {
  [[ -z ${INPUT_VERSION:-} ]] || fail "there is no release $version for this runner"
  printf 'There is no release %s for this runner: building it, which takes some minutes.\n' "$version"
  rm -rf -- "$temporary/gitopslint-source"
  cp -R -- "$source" "$temporary/gitopslint-source"
  cd -- "$temporary/gitopslint-source"
  clean RUSTUP_TOOLCHAIN=stable CARGO_TARGET_DIR="$temporary/gitopslint-build" \
    cargo install --quiet --locked --path . --root "$home"
  cd -- "$temporary"
}

# What the action's own source is: a build of another one must not be taken from the cache.
source_sum() {
  local line
  line=$(cd -- "$source" && find . -type f ! -path './.git/*' ! -path './target/*' \
    -exec "${sum[@]}" {} + | LC_ALL=C sort | "${sum[@]}")
  printf '%s' "${line%% *}"
}

mkdir -p "$home"
case ${1:-} in
  key)
    {
      printf 'folder=%s\n' "$home"
      printf 'key=gitopslint-%s-%s-%s-%s\n' "$version" "${RUNNER_OS:-}" "${RUNNER_ARCH:-}" "$(source_sum)"
    } >>"$GITHUB_OUTPUT"
    ;;
  install)
    if ! release && [[ ! -x $program ]]; then
      build
    fi
    clean "$program" --version
    ;;
  *) fail "install.sh takes key or install" ;;
esac
