# shellcheck shell=bash
# What the steps of the action share. To be sourced; stops the step if it cannot be trusted.
#
# The checkout may be a stranger's: nothing in it chooses a program, a library or an argument.
# So no step starts a program from the checkout or in it, with one exception: gitopslint itself,
# which reads the checkout and executes nothing.

set -euo pipefail
set -f # names and inputs are no patterns
unset CDPATH BASH_ENV ENV

fail() {
  printf '::error title=gitopslint::%s\n' "$1"
  exit 2
}

# The real path of a folder; fails if there is none.
real() { (cd -P -- "$1" 2>/dev/null && pwd -P); }

# Whether one real path is another, or below it.
is_below() { [[ $1/ == "$2"/* ]]; }

workspace=$(real "$GITHUB_WORKSPACE") || fail "there is no workspace; does actions/checkout come before this step?"
temporary=$(real "$RUNNER_TEMP") || fail "RUNNER_TEMP is not a folder"
is_below "$temporary" "$workspace" && fail "RUNNER_TEMP is inside the checkout"

# The folders of PATH, without those of the checkout: earlier steps may have added some.
clean_path() {
  local folder own clean=
  local IFS=:
  for folder in $PATH; do
    [[ $folder == /* ]] || continue
    own=$(real "$folder") || continue
    is_below "$own" "$workspace" || clean+=${clean:+:}$folder
  done
  printf '%s' "$clean"
}
PATH=$(clean_path)
export PATH

# Runs a program with nothing of the environment but what is named here.
clean() {
  local name kept=(PATH="$PATH" HOME="${HOME:-$temporary}" TMPDIR="$temporary")
  for name in \
    CARGO_HOME RUSTUP_HOME SSL_CERT_FILE SSL_CERT_DIR \
    http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY \
    GITHUB_SERVER_URL GITHUB_REPOSITORY GITHUB_RUN_ID \
    HELM_CACHE_HOME HELM_REPOSITORY_CACHE XDG_CACHE_HOME; do
    if [[ -n ${!name:-} ]]; then
      kept+=("$name=${!name}")
    fi
  done
  env -i "${kept[@]}" "$@"
}

# A path that an input names, from the workspace.
from_workspace() {
  case $1 in
    /*) printf '%s' "$1" ;;
    *) printf '%s/%s' "$workspace" "$1" ;;
  esac
}

# Splits words as a shell does, quotes and backslashes included, and expands nothing. Fails if a
# quote is not closed.
words=()
split() {
  words=()
  local text=$1 word='' open='' quote='' c at
  for ((at = 0; at < ${#text}; at++)); do
    c=${text:at:1}
    if [[ $quote == "'" ]]; then
      if [[ $c == "'" ]]; then quote=; else word+=$c; fi
    elif [[ $c == \\ ]]; then
      at=$((at + 1))
      word+=${text:at:1} open=1
    elif [[ $quote == '"' ]]; then
      if [[ $c == '"' ]]; then quote=; else word+=$c; fi
    elif [[ $c == [\'\"] ]]; then
      quote=$c open=1
    elif [[ $c == [[:space:]] ]]; then
      if [[ -n $open ]]; then words+=("$word"); fi
      word='' open=''
    else
      word+=$c open=1
    fi
  done
  if [[ -n $open ]]; then words+=("$word"); fi
  [[ -z $quote ]]
}
# Text as the data of a workflow command, without what steers a terminal.
data() {
  local text=${1//[[:cntrl:]]/ }
  printf '%s' "${text//%/%25}"
}

# sha256sum, or what macOS has instead.
# shellcheck disable=SC2034
sum=(sha256sum)
# shellcheck disable=SC2034
type -P sha256sum >/dev/null || sum=(shasum -a 256)

# Where the program is kept between the steps, and by the cache.
home=$temporary/gitopslint
# shellcheck disable=SC2034
program=$home/bin/gitopslint

cd -- "$temporary"
