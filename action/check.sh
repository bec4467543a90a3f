# Runs the check once, and hands its results to the run: annotations, summary, outputs, SARIF.

# shellcheck source=action/common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

# Parts words as a shell does, quotes and backslashes included, and expands nothing.
words=()
part() {
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
  [[ -z $quote ]] || fail "a quote is not closed in the input args"
  if [[ -n $open ]]; then words+=("$word"); fi
}
part "${INPUT_ARGS:-}"

paths=()
while IFS= read -r line || [[ -n $line ]]; do
  line=${line%$'\r'}
  if [[ -n ${line//[[:space:]]/} ]]; then paths+=("$line"); fi
done <<<"${INPUT_PATHS:-}"

# A path that an input names, from the workspace.
from_workspace() {
  case $1 in
    /*) printf '%s' "$1" ;;
    *) printf '%s/%s' "$workspace" "$1" ;;
  esac
}

folder=$(real "$(from_workspace "${INPUT_WORKING_DIRECTORY:-.}")") ||
  fail "the input working-directory is not a folder"
is_below "$folder" "$workspace" || fail "the input working-directory leads out of the checkout"

results=$temporary/gitopslint-results
rm -rf -- "$results"
mkdir -p "$results"

# What a pull request brings is what its merge commit has and the first parent of that has not.
# The checkout is shallow by default, so that parent has to be fetched first.
change=()
only_changed() {
  local git=(clean git -C "$workspace" -c core.hooksPath=/dev/null -c core.fsmonitor=false)
  [[ $("${git[@]}" rev-parse --verify HEAD) == "${GITHUB_SHA:-}" ]] || return 1
  if ! "${git[@]}" rev-parse --quiet --verify HEAD^2 >/dev/null; then
    "${git[@]}" fetch --quiet --no-tags --no-recurse-submodules --depth=2 origin "$GITHUB_SHA" || return 1
  fi
  "${git[@]}" rev-parse --quiet --verify HEAD^2 >/dev/null || return 1
  change=(--rev HEAD --changed)
}
if [[ ${INPUT_CHANGED:-auto} == auto && ${GITHUB_EVENT_NAME:-} == pull_request ]]; then
  only_changed || printf '::notice title=gitopslint::%s\n' \
    "everything is checked: what the pull request brings cannot be told from this checkout"
fi

asked=(${change[@]+"${change[@]}"} --fail-on "${INPUT_FAIL_ON:-error}" ${words[@]+"${words[@]}"} -- ${paths[@]+"${paths[@]}"})
if [[ ${asked[${#asked[@]} - 1]} == -- ]]; then
  unset "asked[${#asked[@]}-1]"
fi
files=(-o "markdown=$results/summary.md" -o "json-lines=$results/report.jsonl")
if [[ -n ${INPUT_SARIF_FILE:-} ]]; then
  files+=(-o "sarif=$results/report.sarif")
fi

cd -- "$folder"
status=0
clean "$program" check --format github "${files[@]}" "${asked[@]}" || status=$?
cd -- "$temporary"

if ((status <= 1)); then
  cat "$results/summary.md" >>"$GITHUB_STEP_SUMMARY"
  last=
  while IFS= read -r line; do last=$line; done <"$results/report.jsonl"
  [[ $last =~ \"errors\":([0-9]+),\"warnings\":([0-9]+) ]] || fail "the report has no summary"
  printf 'findings=%s\n' "$((BASH_REMATCH[1] + BASH_REMATCH[2]))" >>"$GITHUB_OUTPUT"

  if [[ -n ${INPUT_SARIF_FILE:-} ]]; then
    # A link in the checkout must not lead the file elsewhere.
    file=$(from_workspace "$INPUT_SARIF_FILE")
    name=${file##*/}
    into=$(real "${file%/*}") || fail "the folder of the input sarif-file is not there"
    is_below "$into" "$workspace" || is_below "$into" "$temporary" ||
      fail "the input sarif-file leads out of the checkout"
    [[ -n $name && ! -d $into/$name || -L $into/$name ]] || fail "the input sarif-file is a folder"
    rm -f -- "$into/$name"
    mv -- "$results/report.sarif" "$into/$name"
    printf 'sarif-file=%s\n' "$INPUT_SARIF_FILE" >>"$GITHUB_OUTPUT"
  fi
fi

printf 'The same check on your machine: gitopslint check'
printf ' %q' "${asked[@]}"
printf '\n'
exit "$status"
