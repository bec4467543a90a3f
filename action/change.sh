# shellcheck shell=bash
# What the run is about: finds the commit that the change builds on, and fetches it if the checkout
# does not have it. To be sourced after common.sh.
#
# The checkout's own git settings are not used: an earlier step may have run code of the change,
# and they name programs. git works in a folder of its own, on the objects of the checkout.

# shellcheck disable=SC2034
head=''    # the commit that is checked out
base=''    # the commit before the change; empty if everything is looked at
trusted='' # the commit whose configuration judges the change
why=''     # why everything is looked at, where only the change was meant

is_commit() { [[ $1 =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ && ! $1 =~ ^0+$ ]]; }

# shellcheck disable=SC2154
own=$temporary/gitopslint-git

# shellcheck disable=SC2154
own_git() {
  clean GIT_DIR="$own" GIT_OBJECT_DIRECTORY="$workspace/.git/objects" GIT_CONFIG_NOSYSTEM=1 \
    GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0 git "$@"
}

# The commit that a checkout is at, read as a file.
checked_out() {
  local line name hash
  [[ -d $workspace/.git && ! -L $workspace/.git ]] || return 1
  read -r line <"$workspace/.git/HEAD" || return 1
  if [[ $line =~ ^ref:\ (refs/[A-Za-z0-9._/-]+)$ && $line != *..* ]]; then
    name=${BASH_REMATCH[1]}
    if [[ -f $workspace/.git/$name ]]; then
      read -r line <"$workspace/.git/$name" || return 1
    elif [[ -f $workspace/.git/packed-refs ]]; then
      while read -r hash line; do
        [[ $line != "$name" ]] || break
      done <"$workspace/.git/packed-refs"
      line=$hash
    fi
  fi
  is_commit "$line" || return 1
  printf '%s' "$line"
}

# Makes git's folder. What the checkout has need not be sent again.
open_own() {
  local format=sha1 line
  ((${#head} == 40)) || format=sha256
  rm -rf -- "$own"
  clean GIT_CONFIG_NOSYSTEM=1 git init --quiet --bare --template= --object-format="$format" "$own" || return 1
  printf '%s\n' "$head" >"$own/refs/heads/checked-out"
  if [[ -f $workspace/.git/shallow ]]; then
    while read -r line; do
      if is_commit "$line"; then printf '%s\n' "$line"; fi
    done <"$workspace/.git/shallow" >"$own/shallow"
  fi
}

has() { own_git cat-file -e "$1^{tree}" 2>/dev/null; }

# Makes sure that a commit is there. The token goes by a file, where no list of processes shows it.
bring() {
  local server=${GITHUB_SERVER_URL:-https://github.com} token
  if has "$1"; then return; fi
  if [[ -n ${INPUT_TOKEN:-} ]]; then
    token=$(printf 'x-access-token:%s' "$INPUT_TOKEN" | base64 | tr -d '\n')
    (
      umask 077
      printf '[http "%s/"]\n\textraheader = AUTHORIZATION: basic %s\n' "$server" "$token" >>"$own/config"
    )
  fi
  own_git fetch --quiet --no-tags --no-recurse-submodules --no-write-fetch-head --depth=1 \
    "$server/$GITHUB_REPOSITORY" "$1" 2>"$own/said" && has "$1"
}

# What a pull request brings is what its merge commit has and the first parent of that has not.
# Where the branch itself is checked out, and all of its history, it is what the branch has that
# was not there when it parted.
of_pull_request() {
  local word commit parents=()
  if [[ $head == "${GITHUB_SHA:-}" && $GITHUB_EVENT_NAME == pull_request ]]; then
    while read -r word commit; do
      [[ -n $word ]] || break
      if [[ $word == parent ]]; then parents+=("$commit"); fi
    done < <(own_git cat-file commit "$head")
    ((${#parents[@]} > 1)) || { why="the commit that is checked out is not a merge commit"; return 1; }
    base=${parents[0]} trusted=${parents[0]}
  else
    base=$(own_git merge-base "$head" "${EVENT_BASE:-}" 2>/dev/null) || {
      why="neither the pull request's merge commit nor its history is checked out"
      return 1
    }
    trusted=$EVENT_BASE
    [[ $base != "$head" ]] || { why="the pull request is not checked out"; return 1; }
  fi
}

# Sets `head`, `base` and `why`.
find_change() {
  head=$(checked_out) || { why="the workspace is not a git checkout"; return; }
  open_own || { why="git cannot be started"; return; }
  case $GITHUB_EVENT_NAME in
    pull_request | pull_request_target) of_pull_request || { base=''; return; } ;;
    merge_group | push)
      base=${EVENT_BASE:-} trusted=${EVENT_BASE:-}
      if [[ $head != "${GITHUB_SHA:-}" ]]; then
        why="another commit is checked out than the one of the event"
      elif ! is_commit "$base" || [[ ${EVENT_CREATED:-} == true ]]; then
        why="the branch is new"
      elif [[ ${EVENT_FORCED:-} == true ]]; then
        why="the branch was pushed by force"
      fi
      ;;
  esac
  if [[ -z $why ]] && ! bring "$base"; then
    why="the commit before the change, ${base:0:12}, cannot be fetched"
    [[ ! -s $own/said ]] || cat -- "$own/said" >&2
  fi
  [[ -z $why ]] || base=''
  rm -f -- "$own/config"
}
