# Leaves in the workspace whatever a careless reader would run, follow, or wait for. `planted` counts as run.
set -u
run='#!/bin/sh
touch /vault/planted /workspace/planted /tmp/planted'
mkdir -p .git/hooks sub/.git/hooks
for hook in pre-commit post-commit post-checkout pre-push reference-transaction post-index-change fsmonitor; do
    printf '%s\n' "$run" >.git/hooks/$hook
    printf '%s\n' "$run" >sub/.git/hooks/$hook
    chmod +x .git/hooks/$hook sub/.git/hooks/$hook
done
printf '%s\n' "$run" >evil.sh
chmod +x evil.sh
git config core.fsmonitor /workspace/evil.sh
git config core.hooksPath /workspace/.git/hooks
git config core.sshCommand /workspace/evil.sh
git config core.worktree /etc
git config core.bare true
git config filter.x.clean '/workspace/evil.sh; echo FILTERED'
git config filter.x.process /workspace/evil.sh
git config credential.helper /workspace/evil.sh
git config remote.origin.url ext::/workspace/evil.sh
git config include.path /dev/zero
printf '/vault/repository.git/objects\n/dev/zero\n' >.git/objects/info/alternates
printf '* filter=x ident text eol=crlf working-tree-encoding=UTF-16\n' >.gitattributes
printf '* filter=x\n' >.git/info/attributes
printf '*\n' >.git/info/exclude
printf 'seen.txt\n' >.gitignore
rm -f .git/HEAD && mkfifo .git/HEAD
rm -f .git/index && ln -s /dev/zero .git/index
printf '$Id$ seen\n' >seen.txt
printf '[submodule "x"]\n\tpath = nested\n\turl = ext::/workspace/evil.sh\n' >.gitmodules
# A repository within, at a commit of its own: git would make a gitlink of it.
(mkdir nested && cd nested && git init -q && echo n >n && git add n && git commit -qm n)

ln -s /etc etc-link
ln -s /vault vault-link
ln -s ../../../../vault/verdict.json up-link
ln -s loop loop
ln -s /proc/self/fd/0 fd-link
mkdir linked && rmdir linked && ln -s /etc linked
ln list hard-link
mkfifo fifo
mkdir deep && mkfifo deep/fifo
python3 - <<'PYTHON'
import os, socket
socket.socket(socket.AF_UNIX).bind("socket")
for name in (b".GIT", b".Git", b"git~1", b".git.", b".git ", b".git::$INDEX_ALLOCATION", ".g\u200cit".encode()):
    os.makedirs(name)
    open(name + b"/config", "w").write("[core]\nfsmonitor = /workspace/evil.sh\n")
for name in (b"a\nb", b"\xff\xfe.bin", b"..\\..\\up", b"...", b"-rf", b"\x1b[31mred", b" ", b'q"uote', b"x" * 255):
    open(name, "w").write("plain\n")
path = b"d"
os.mkdir(path)
for _ in range(60):
    path += b"/d"
    os.mkdir(path)
open(path + b"/bottom", "w").write("plain\n")
open("sparse", "wb").truncate(8 << 20)
PYTHON
mkdir closed && echo x >closed/x && chmod 0 closed
echo secret >unreadable && chmod 0 unreadable
chmod 6777 evil.sh
exit 0
