/** The practice shell runs scripts as the system's own /bin/sh does: the same bytes out, the same exit status. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseScript } from "../../electron/practice/shell/parse.ts";
import { SyntaxFault } from "../../electron/practice/shell/syntax.ts";
import { TwoShells } from "./two-shells.ts";

const everyByte = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join("");
const tree = {
  "a.log": "one\ntwo\nthree\n",
  "b.txt": "Nov 22 14:00:01 node1 kernel: two words\nno newline at the end",
  bytes: everyByte.repeat(40),
  empty: "",
  "sub/messages": "one more\n",
  "sub/deep/core.log": "x\n",
  "with space": "spaced\n",
  "-dash": "dashed\n",
  link: "->sub/messages",
  dangling: "->nowhere",
  none: "/",
};

let shells: TwoShells;
beforeAll(async () => {
  shells = await TwoShells.over(tree);
});
afterAll(() => shells[Symbol.asyncDispose]());

const snippets: Readonly<Record<string, readonly string[]>> = {
  parameters: [
    `x=/var/log/messages.1.gz; echo "\${x##*/}" "\${x#*/}" "\${x%.*}" "\${x%%.*}" "\${#x}" "\${x%/}" "\${x#/var}"`,
    `x='a*b'; y='*'; echo "\${x%"$y"*}" "\${x%$y}" "\${x#a\\*}"`,
    `unset x; echo "\${x:-a b}" \${x-"c  d"} \${x:-e  f} "\${x:+set}" "\${x+set}"; x=; echo "[\${x:-e}][\${x-e}][\${x:+s}][\${x+s}]"`,
    `echo "\${n:=5}" $n; : "\${m=a b}"; echo $m`,
    `set -- "a b" c ''; echo $#; for i in "$@"; do echo "[$i]"; done; for i in $@; do echo "<$i>"; done; for i in "$*"; do echo "{$i}"; done`,
    `set -- "a b" c ''; IFS=:; echo "$*"; for i; do echo "[$i]"; done; shift 2; echo $# "[$1]"`,
    `set --; for i in "$@"; do echo no; done; set -- x"$@"y; echo $# $1`,
    `a=1 b=$a; echo $b; IFS=:; p=/bin:/usr/bin::x; for d in $p; do echo "[$d]"; done`,
    `IFS=' :'; p='a : b  c:d::e '; for d in $p; do echo "[$d]"; done`,
    `IFS=; x='a b  c'; for d in $x; do echo "[$d]"; done; echo $x`,
    `x='it'"'"'s "q" \\ $HOME'; echo "$x"; echo \\$HOME '$HOME' "\\$HOME"; printf "%s\\n" "a\\b"`,
    `echo $((1+2*3)) $((7/2)) $((-7%3)) $(( (1<<4) | 3 )) $((0x1f)) $((010)) $((3>2&&1)) $((1?5:6)) $((!0)) $((~5))`,
    `n=0; n=$((n + 1)); n=$(($n+1)); echo $n $((n += 3)) $n $(( n == 5 ))`,
    `echo "$(echo "a  b")" $(echo "a  b") \`echo c\` "$(echo "$(echo deep)")"; x=$(printf 'a\\n\\n'); echo "[$x]"`,
    `rest=ab*cd; echo "\${rest%%[*?[]*}" "\${rest%%[!a]*}"; x='a]b'; echo "\${x%%[]]*}"`,
    `a=~; [ "$a" = "$HOME" ] && echo home; echo ~/x "~/x"`,
    `x=abc; echo "\${x}def" "$x"def $xdef; echo "\${x:-'q'}" "\${y:-'q'}" "\${y:-"a b"}"`,
  ],
  "control flow": [
    `case abc in a*) echo a ;; *) echo other ;; esac; case x in a|b) echo ab;; [x-z]) echo xz;; esac; case '' in ''|' ') echo empty;; esac`,
    `for i in 1 2 3 4; do case $i in 2) continue ;; 4) break ;; esac; echo $i; done; echo $?`,
    `for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done; while :; do while :; do break 2; done; done; echo end`,
    `f() { echo "f $1 $#"; return 3; }; f a b; echo $?; g() ( exit 4 ); g; echo $? $#`,
    `f() { if [ "$1" -le 0 ]; then echo done; return; fi; echo $1; f $(($1 - 1)); }; f 3; echo $?`,
    `f() { local x=in; y=out; echo $x; }; x=before; f; echo $x $y`,
    `i=0; until [ $i -ge 3 ]; do i=$((i+1)); done; echo $i; if false; then :; elif true; then echo elif; else echo no; fi`,
    `true && echo a || echo b; false && echo c || echo d; ! true; echo $?; ! false && echo e`,
    `(exit 7); echo $?; { echo grouped; (cd sub && pwd | sed 's|.*/||'); }; x=1; (x=2); echo $x`,
    `set -e; false || echo lives; if false; then :; fi; ! true; echo still; false; echo never`,
    `set -f; echo *.log; set +f; echo *.log; echo nomatch*; echo s?b/m*; echo [a-b].*`,
    `set -u; (echo "$unset_one") 2>/dev/null; echo $?`,
    `eval 'x=1; echo $x'; eval "echo \\"a  b\\""; . ./nothere 2>/dev/null || echo gone`,
    `trap 'echo bye' EXIT; echo hi; exit 3`,
    `(trap 'echo inner' EXIT; exit 2); echo $?; : ; command -v : >/dev/null && echo colon`,
    `true | false; echo $?; false | true; echo $?; echo a | { read x; echo "got $x"; }`,
    `nosuchcommand 2>/dev/null; echo $?; command -v nosuchcommand || echo none; ./sub 2>/dev/null; echo $?`,
    `x=1 sh -c 'echo "[$x]"'; y=2; sh -c 'echo "[$y]"'; export y; sh -c 'echo "[$y]" "$0" "$1"' name arg`,
    `sleep 0 & wait $!; echo $?; (exit 5) & wait $!; echo $?; { sleep 30; } & kill $!; wait $!; echo $?`,
    `exec sh -c 'echo replaced; exit 6'; echo never`,
  ],
  redirections: [
    `echo a >f1; echo b >>f1; cat <f1; { echo c; echo d >&2; } 2>&1 >/dev/null | cat; rm f1`,
    `exec 3>f2; echo three >&3; exec 3>&-; cat f2; rm f2; { echo x >&9; } 2>/dev/null || echo closed`,
    `exec 4>&1; x=$(echo shown >&4; echo kept); echo "[$x]"; { echo out; echo err >&2; } 2>/dev/null`,
    `x=$( { { echo content | tee /dev/fd/3 >/dev/null; } 3>&1 | cat; } ); echo "$x"`,
    `{ { echo y | tee /dev/fd/3; } 3>&1 >/dev/null | tr a-z A-Z; }; { echo z >/dev/stdout; } | cat`,
    `exec 3<a.log; read -r l <&3; echo "$l"; read -r l <&3; echo "$l"; exec 3<&-; while read -r l; do echo "<$l>"; done <b.txt; echo "[$l]"`,
    `cat <<E\nhome $((1+1)) \\$x "q" \`echo b\`\nE\ncat <<'E'\n$x \\y\nE\ncat <<-E\n\tstripped\n\tE\necho after`,
    `f() { cat; }; f <<E | tr a-z A-Z\nin function\nE`,
    `echo 'a b  c' | { read x y; echo "[$x][$y]"; }; printf 'a:b:c' | { IFS=: read x y; echo "$? [$x][$y]"; }; printf '  x\\ny\\n' | { IFS= read -r x; echo "[$x]"; }`,
    `printf 'a\\\\b\\n' | { read x; printf '[%s]' "$x"; }; printf 'a\\\\b\\n' | { read -r x; printf '[%s]' "$x"; }; read x </dev/null; echo $?`,
    `cat a.log >/nonexistent/x 2>/dev/null || echo failed; : >f3; [ -s f3 ] || echo empty; rm f3`,
    `exec </dev/null; cat; echo end; cat ./-dash; cat -- -dash`,
  ],
  test: [
    `[ -f a.log ] && [ -d sub ] && [ ! -e no ] && [ -h link ] && [ -L dangling ] && [ ! -e dangling ] && [ -r a.log ] && echo all`,
    `[ -s a.log ] && ! [ -s empty ] && [ -c /dev/null ] && ! [ -b /dev/null ] && ! [ -p a.log ] && ! [ -S a.log ] && [ -x sub ] && ! [ -x a.log ] && echo all`,
    `[ 1 -lt 2 -a 3 -gt 2 ] && [ a = b -o c = c ] && [ "(" = "(" ] && [ ! a = b ] && [ -n x ] && [ ! ] && [ -z "" ] && echo all`,
    `[ "" ]; echo $?; [ ]; echo $?; [ x ]; echo $?; [ -f ]; echo $?; [ a = ]; echo $?; [ 1 -eq x ] 2>/dev/null; echo $?; test a.log -ef a.log && echo same`,
    `[ ! -f a.log ]; echo $?; [ ! -f no -a -f a.log ] && echo y; [ "$no" = "" ] && echo unset; [ ! "" ] && echo negated`,
  ],
  "printf and echo": [
    `printf '%s\\n' a "b c" d; printf '%s=%s\\0' k v | od -An -tx1; printf '%5s|%-5s|%05d|%x|%o|%c\\n' ab cd 42 255 8 xyz`,
    `printf '%b.' 'a\\0101b\\n\\0\\0377' | od -An -tx1; printf '\\101\\n'; printf '%%|%s|%d\\n'; printf 'a\\tb\\n'; printf '%b' 'x\\cy' z; echo`,
    `printf '%.2s|%5.1s|\\n' abc def; printf '%d %d\\n' 1 2 3; printf -- '-%s\\n' x; printf '%d\\n' "'A"; printf '%s' "$(printf 'nul\\0gone')"; echo; printf '%i %u\\n' -3 7`,
    `echo -n a; echo b; echo; echo "a	b" '*'`,
  ],
  bytes: [
    `cat bytes | od -An -tx1 | tail -n 3; wc -c <bytes; wc -c bytes; head -c 300 bytes | tail -c 20 | od -An -tx1; tail -c +10200 bytes | od -An -tx1`,
    `dd if=bytes bs=100 skip=3 count=1 2>/dev/null | od -An -tx1; dd if=bytes bs=65536 iflag=skip_bytes,count_bytes,fullblock skip=5 count=7 status=none | od -An -tx1`,
    `printf abcdefgh | dd bs=2 skip=1 count=2 2>/dev/null; echo; dd if=bytes bs=1000 count=100 2>/dev/null | wc -c; dd if=none bs=1 2>/dev/null; echo $?`,
    `sha256sum bytes a.log; sha256sum <empty; cat bytes | sha256sum; gzip -c <bytes | gzip -dc | sha256sum; gzip -1 -c a.log | zcat`,
    `tr -d '\\000-\\037' <bytes | wc -c; tr -s '[:space:]' ' ' <b.txt; echo hello | tr 'a-y' 'b-z'; echo aabbcc | tr -s a-c; echo abc123 | tr -cd '0-9'; echo x/y | tr / '!'; echo 'a!b' | tr '!' /`,
    `od -A d -t x1 -N 20 bytes; od -An -tu1 -N 5 -j 250 bytes; printf 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' | od -tx1`,
    `x=$(cat bytes | tr -d '\\000\\n'); printf '%s' "$x" | sha256sum; echo "\${#x}"`,
    `gzip -dc a.log 2>/dev/null; echo $?; cat bytes | head -c 0; strings -n 20 bytes | head -n 1`,
  ],
  files: [
    `stat -c '%s %A' a.log empty; stat -L -c '%s %F' link; stat -c %F link sub a.log empty; stat -c %s none/x 2>/dev/null; echo $?`,
    `readlink link; readlink -f link | sed 's|.*/sub|sub|'; readlink a.log; echo $?; basename /a/b.c .c; dirname /a/b/c; dirname x; basename /a/b/; dirname /`,
    `find . -name '*.log' | sort; find sub -type f | sort; find . -maxdepth 1 -type d | sort; find . -type l | sort; find . -name sub -prune -o -type f -print | sort`,
    `find . '(' -name '*.txt' -o -name empty ')' -print | sort; find . -type f ! -name '*.log' -print0 | tr '\\0' '\\n' | sort; find sub -type f -exec grep -l one '{}' + ; find a.log -exec echo {} ';'`,
    `find . -type f -name '*.log' -printf '%s %p %f\\n' | sort; find . -size -1k -type f | sort; find . -empty | sort; find nothere 2>/dev/null; echo $?; find . -mmin -5 -name a.log; find . -type f -mmin +5`,
    `find . -type f -exec sh -c 'for f do echo "[$f]"; done' sh {} + | sort; printf 'a\\0b c\\0' | xargs -0 -n 1 echo; printf '' | xargs -0 -r echo none`,
    `ls sub; ls -1 | head -n 3; ls -a none; ls nothere 2>/dev/null; echo $?; cd sub/deep && cd ../.. && ls a.log; cd link/.. 2>/dev/null || echo nolink`,
    `mkdir d1 && touch d1/x && rm -r d1 && [ ! -e d1 ] && echo removed; cp a.log c1 && cat c1 && rm c1`,
    `sort a.log; sort -r a.log | head -n 1; printf '3\\n10\\n2\\n' | sort -n; printf 'a\\na\\nb\\n' | uniq -c | sed 's/^ *//'; cut -d' ' -f1,3 b.txt; wc -l <a.log; wc -l a.log b.txt | sed 's/^ *//'`,
    `cd -P link 2>/dev/null || echo no; cd sub && pwd -P | sed 's|.*/||'`,
  ],
  "grep and sed": [
    `grep two a.log b.txt; grep -c o a.log; grep -v o a.log; echo $?; grep -q zzz a.log; echo $?; grep -n -e one -- a.log; grep -F -e '.' a.log; echo $?; grep -s x nothere; echo $?`,
    `grep -l one a.log b.txt sub/messages; grep -l -Z one a.log | od -An -tx1; grep -m 1 -F -e o a.log; grep -E '^(one|t[wx]o)$' a.log; grep 'tw\\(o\\|x\\)' a.log; grep -E 'o{2}|e+' a.log; grep -x one a.log`,
    `grep -a -c a bytes; printf '[1.2] x\\n' | grep -E '^ *[[][0-9]{1,6}[.][0-9]+[]]'; printf 'a]b\\n' | grep '[]]'; printf 'a-b\\n' | grep -o '[a-]*'; grep -E '[[:digit:]]{2}:[[:digit:]]{2}' b.txt; echo ab | grep -E 'a\\.|b'`,
    `sed -n 's/^t//p' a.log; sed -n '2p' a.log; sed 's/o/0/g;s/e/3/' a.log; sed -n '/two/,$p' a.log; sed '1d' a.log; echo a/b | sed 's|/|:|'; echo abc | sed 's/\\(b\\)/[\\1&]/'; sed 2q a.log`,
  ],
};

describe.each(Object.entries(snippets))("%s", (_title, scripts) => {
  test.each(scripts.map((script) => [script]))("%s", async (script) => {
    const { real, practice } = await shells.run(script);
    expect(practice).toEqual(real);
  });
});

test("what the session's process group is killed by ends all of it", async () => {
  const watched = `(while read -r _; do :; done; kill -KILL 0) <&0 >/dev/null 2>&1 &\nexec </dev/null\nsleep 20; echo never`;
  expect(await shells.practice(watched, [], "line\n")).toEqual({ out: "", code: 137 });
  const finished = `exec 3<&0 </dev/null\n(cat <&3 >/dev/null; kill -TERM 0) &\nw=$!\nexec 3<&-\necho done\nkill $w`;
  expect((await shells.practice(finished, [], "x")).out).toBe("done\n");
});

test("any text parses or is a syntax fault, in bounded time", () => {
  const word = fc.constantFrom(
    ..."if then else elif fi for in do done while until case esac { } ( ) ;; ; & && || | ! < > >> 2>&1 <<E <<'E' E $x @{ } @{x:- @{x%% $(( )) $( ` ' \" \\ # a=b f() * ? [ ] - 10"
      .replaceAll("@", "$")
      .split(" "),
    "\n",
    " ",
    "\0",
    "é",
  );
  const script = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.array(word, { maxLength: 60 }).map((words) => words.join("")),
    fc.array(word, { maxLength: 60 }).map((words) => words.join(" ")),
  );
  fc.assert(
    fc.property(script, (text) => {
      try {
        parseScript(text);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxFault);
      }
    }),
    { numRuns: 3000 },
  );
  for (const deep of [
    "(".repeat(5000),
    "$(".repeat(5000),
    "${x:-".repeat(5000),
    "$((".repeat(5000),
    "if ".repeat(5000),
  ])
    expect(() => parseScript(deep)).toThrow(SyntaxFault);
});
