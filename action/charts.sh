# shellcheck shell=bash
# Fetches the charts that the repository asks for and does not have, with the runner's helm and
# from the hosts that the workflow names: the repository is a stranger's, and chooses none.
#
#   charts.sh list   tells the cache what is wanted
#   charts.sh fetch  makes sure that it is there

# shellcheck source=action/common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

charts=$temporary/gitopslint-charts
list=$temporary/gitopslint-charts.list

# The commands that fetch what is missing, before the change as after it.
commands() {
  local folder rev
  folder=$(real "$(from_workspace "${INPUT_WORKING_DIRECTORY:-.}")") || return
  is_below "$folder" "$workspace" || return
  cd -- "$folder"
  for rev in '' "$base"; do
    # What is wrong with the configuration, the check says.
    clean "$program" charts -o pull -d "$charts" ${rev:+--rev "$rev"} 2>/dev/null || true
  done | LC_ALL=C sort -u
  cd -- "$temporary"
}

# Whether the workflow names the host of an address, or the folder on that host.
is_named() {
  local address=$1 named
  [[ $address =~ ^(https|oci)://([A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?)$ ]] || return 1
  address=${BASH_REMATCH[2]}
  [[ /$address/ != */../* ]] || return 1
  while read -r named; do
    named=${named%/}
    if [[ -n $named && $address/ == "$named"/* ]]; then return; fi
  done <<<"${INPUT_CHART_HOSTS:-}"
  return 1
}

notice() { printf '::notice title=gitopslint::%s\n' "$1"; }

# Runs one of the commands: `helm pull NAME --repo ADDRESS` or `helm pull oci://…`.
pull() {
  local address
  split "$1" || return 1
  [[ ${words[0]} == helm && ${words[1]} == pull ]] || return 1
  case ${words[2]} in
    oci://*) address=${words[2]} ;;
    *) [[ ${words[3]:-} == --repo ]] && address=${words[4]} || address= ;;
  esac
  if ! is_named "$address"; then
    notice "a chart was not fetched: chart-hosts does not name the host of $(data "${address:-${words[2]}}")"
    return 1
  fi
  clean HOME="$temporary/gitopslint-helm" helm "${words[@]:1}" || {
    notice "helm cannot fetch $(data "${words[2]}")"
    return 1
  }
}

case ${1:-} in
  list)
    # shellcheck source=action/change.sh
    source "${BASH_SOURCE[0]%/*}/change.sh"
    case ${GITHUB_EVENT_NAME:-} in
      pull_request | pull_request_target | merge_group | push) find_change ;;
    esac
    commands >"$list"
    all=$(printf '%s\n' "${INPUT_CHART_HOSTS:-}" | cat - "$list" | "${sum[@]}")
    {
      printf 'folder=%s\n' "$charts"
      printf 'key=gitopslint-charts-%s\n' "${all%% *}"
    } >>"$GITHUB_OUTPUT"
    ;;
  fetch)
    mkdir -p "$charts" "$temporary/gitopslint-helm"
    [[ -s $list && ! -e $charts/.complete ]] || exit 0
    if ! type -P helm >/dev/null; then
      notice "charts were not fetched: this runner has no helm"
      exit 0
    fi
    [[ -n ${INPUT_CHART_HOSTS//[[:space:]]/} ]] || fail "charts: true needs the input chart-hosts"
    all=yes
    while IFS= read -r line; do
      pull "$line" </dev/null || all=no
    done <"$list"
    if [[ $all == yes ]]; then : >"$charts/.complete"; fi
    ;;
  *) fail "charts.sh takes list or fetch" ;;
esac
