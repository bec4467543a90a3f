# shellcheck shell=bash
# Writes one comment on the pull request, or updates it. Whatever goes wrong is a notice: the check
# has been done.

# shellcheck source=action/common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

# Bytes that a comment may have.
limit=64000
# A comment of this action begins with this line, which is not shown.
marker='[gitopslint]: #comment'
export LC_ALL=C

give_up() {
  printf '::notice title=gitopslint::the pull request has no comment: %s\n' "$1"
  exit 0
}

results=$temporary/gitopslint-results
[[ -s $results/summary.md && -s $results/change ]] || give_up "there is no result of a change"
read -r base head <"$results/change"
[[ ${EVENT_NUMBER:-} =~ ^[0-9]+$ ]] || give_up "this run is not of a pull request"
[[ ${INPUT_TOKEN:-} =~ ^[A-Za-z0-9_.=-]+$ ]] || give_up "no token is given"
type -P jq >/dev/null || give_up "this runner has no jq"

api=${GITHUB_API_URL:-https://api.github.com}
protocol='=https'
case $api in
  http://127.0.0.1:*) protocol='=http' ;;
esac

# ask METHOD PATH [FILE]: sends a request, with a file as its body; leaves the answer in a file and
# prints the status. The token goes by a pipe, where no list of processes shows it.
ask() {
  local body=()
  [[ -z ${3:-} ]] || body=(--data-binary "@$3")
  clean curl --disable --silent --proto "$protocol" --max-time 60 --request "$1" \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "$INPUT_TOKEN") \
    --header 'Accept: application/vnd.github+json' --output "$results/answer" \
    --write-out '%{http_code}' ${body[@]+"${body[@]}"} "$api/$2" || true
}

# The comment that is there, if any: one that this token's user wrote, or, where the token is not a
# user's, an app. Others may begin theirs with the same line.
earlier() {
  local page status user=''
  status=$(ask GET user)
  [[ $status != 200 ]] || user=$(jq -r '.login // ""' <"$results/answer")
  for page in 1 2 3 4 5 6 7 8 9 10; do
    status=$(ask GET "repos/$GITHUB_REPOSITORY/issues/$EVENT_NUMBER/comments?per_page=100&page=$page")
    [[ $status == 200 ]] || return 0
    jq -r --arg marker "$marker" --arg user "$user" '
      .[] | select(.body | startswith($marker))
      | select(if $user == "" then .user.type == "Bot" else .user.login == $user end)
      | .id' <"$results/answer"
    [[ $(jq length <"$results/answer") == 100 ]] || return 0
  done
}

# What the change does to what is applied.
folder=$(real "$(from_workspace "${INPUT_WORKING_DIRECTORY:-.}")") || give_up "the folder is gone"
charts=()
if [[ -d $temporary/gitopslint-charts ]]; then charts=(--chart-path "$temporary/gitopslint-charts"); fi
status=0
(cd -- "$folder" && clean "$program" diff --rev "${base:0:12}..${head:0:12}" --format markdown ${charts[@]+"${charts[@]}"}) \
  >"$results/diff.md" || status=$?
if ((status > 1)); then
  printf 'The rendered change cannot be shown; the log of the run says why.\n' >"$results/diff.md"
fi

summary=$(<"$results/summary.md")
diff=$(<"$results/diff.md")
page=${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/${GITHUB_RUN_ID:-}
room=$((limit - ${#summary}))
if ((${#diff} > room)); then
  diff=${diff:0:room}
  diff="${diff%$'\n'*}"$'\n\n'"The rest does not fit into a comment: [the run]($page) has the command that shows it."
fi
{
  printf '%s\n\n%s\n' "$marker" "$summary"
  if [[ -n $diff ]]; then
    printf '\n<details><summary>What the change does to what is applied</summary>\n\n%s\n\n</details>\n' "$diff"
  fi
} >"$results/comment.md"
jq -Rs '{body: .}' <"$results/comment.md" >"$results/comment.json"

status=000
ids=$(earlier)
read -r id <<<"$ids" || true
if [[ $id =~ ^[0-9]+$ ]]; then
  status=$(ask PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" "$results/comment.json")
elif [[ -z $diff ]] && ! grep -q '^### ' "$results/summary.md"; then
  exit 0 # nothing to say, and nothing said before
else
  status=$(ask POST "repos/$GITHUB_REPOSITORY/issues/$EVENT_NUMBER/comments" "$results/comment.json")
fi
case $status in
  2??) ;;
  401 | 403 | 404) give_up "the token may not write one (HTTP $status)" ;;
  *) give_up "the API answered HTTP $status" ;;
esac
