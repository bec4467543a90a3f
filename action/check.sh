# shellcheck shell=bash
# Runs the check once, and hands its results to the run: annotations, summary, outputs, SARIF.

# shellcheck source=action/common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

split "${INPUT_ARGS:-}" || fail "a quote is not closed in the input args"

paths=()
while IFS= read -r line || [[ -n $line ]]; do
  line=${line%$'\r'}
  if [[ -n ${line//[[:space:]]/} ]]; then paths+=("$line"); fi
done <<<"${INPUT_PATHS:-}"

folder=$(real "$(from_workspace "${INPUT_WORKING_DIRECTORY:-.}")") ||
  fail "the input working-directory is not a folder"
is_below "$folder" "$workspace" || fail "the input working-directory is outside the checkout"

results=$temporary/gitopslint-results
rm -rf -- "$results"
mkdir -p "$results"

# Whether one of the words of the input args is an option that starts like this.
is_asked() {
  local word
  for word in ${words[@]+"${words[@]}"}; do
    if [[ $word == "$1"* ]]; then return; fi
  done
  return 1
}

# Which change is looked at, and by whose configuration.
# shellcheck source=action/change.sh
source "${BASH_SOURCE[0]%/*}/change.sh"
change=() gate=() lost_gate=''
case ${GITHUB_EVENT_NAME:-} in
  pull_request | pull_request_target | merge_group) is_gated=${INPUT_GATE:-auto} ;;
  push) is_gated=never ;;
  *) INPUT_CHANGED=never is_gated=never ;;
esac
if is_asked --rev || is_asked --staged || is_asked --changed; then INPUT_CHANGED=never; fi
if is_asked --gate-from; then is_gated=never; fi
if [[ ${INPUT_CHANGED:-auto} == auto || $is_gated == auto ]]; then find_change; fi
if [[ -n $base ]]; then
  if [[ ${INPUT_CHANGED:-auto} == auto ]]; then change=(--rev "$head" "--changed=$base.."); fi
  if [[ $is_gated == auto ]]; then gate=(--gate-from "$trusted"); fi
elif [[ -n $why ]]; then
  if [[ ${INPUT_CHANGED:-auto} == auto ]]; then
    printf '::notice title=gitopslint::everything is checked: %s\n' "$why"
  fi
  if [[ $is_gated == auto ]]; then lost_gate=$why; fi
fi

# Paths narrow what is reported, of a change as well.
where=()
if ((${#paths[@]} > 0)); then where=(-- "${paths[@]}"); fi
if ((${#change[@]} > 0)) || is_asked --changed; then
  where=(${paths[@]+"${paths[@]/#/--only=}"})
fi
asked=(${change[@]+"${change[@]}"} ${gate[@]+"${gate[@]}"} --fail-on "${INPUT_FAIL_ON:-error}" ${words[@]+"${words[@]}"} ${where[@]+"${where[@]}"})
files=(-o "markdown=$results/summary.md" -o "json-lines=$results/report.jsonl")
if [[ -n ${INPUT_SARIF_FILE:-} ]]; then
  files+=(-o "sarif=$results/report.sarif")
fi

charts=()
if [[ ${INPUT_CHARTS:-false} == true && -d $temporary/gitopslint-charts ]]; then
  charts=(--chart-path "$temporary/gitopslint-charts")
fi

cd -- "$folder"
status=0
clean "$program" check --format github "${files[@]}" ${charts[@]+"${charts[@]}"} "${asked[@]}" 2>"$results/said" ||
  status=$?
cd -- "$temporary"
cat -- "$results/said" >&2

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
      fail "the input sarif-file is outside the checkout"
    [[ -n $name && ! -d $into/$name || -L $into/$name ]] || fail "the input sarif-file is a folder"
    rm -f -- "$into/$name"
    mv -- "$results/report.sarif" "$into/$name"
    printf 'sarif-file=%s\n' "$INPUT_SARIF_FILE" >>"$GITHUB_OUTPUT"
  fi
fi

if ((status <= 1)) && [[ -n $base ]]; then
  printf '%s %s\n' "$base" "$head" >"$results/change"
fi
if ((status > 1)); then
  read -r line <"$results/said" || true
  printf '::error title=gitopslint::%s\n' "$(data "${line#error: }")"
elif [[ -n $lost_gate ]]; then
  printf '::error title=gitopslint::the configuration to judge by is not known: %s; gate: never judges by the one that is checked out\n' \
    "$lost_gate"
  status=2
fi

# The last line is the command that gives the same.
printf 'The same check on your machine:'
if ((${#change[@]} + ${#gate[@]} > 0)); then
  printf ' git fetch origin %q %q' "$head" "$base"
  [[ $trusted == "$base" ]] || printf ' %q' "$trusted"
  printf ' &&'
fi
if ((${#charts[@]} > 0)); then
  printf ' gitopslint charts -o pull -d .charts | sh &&'
  charts=(--chart-path .charts)
fi
printf ' gitopslint check'
printf ' %q' ${charts[@]+"${charts[@]}"} "${asked[@]}"
printf '\n'
exit "$status"
