#!/usr/bin/env python3
"""Checks a whole export offline: is every row as it was logged, and is anything left out?

    pip install cryptography
    python verify_export.py export.csv manifest.json LOGCOPY [--key "park.example/log+1a2b3c4d+AX…"]

LOGCOPY is the folder that `python -m web log copy --out LOGCOPY` wrote on the server, then or later.
Exit status: 0 proven, 1 refused, 2 cannot be read or checked. Without --key it is checked against the keys
in the copy: compare them with the one the operator publishes. It reads CSV and JSON Lines, not XLSX.

离线核验整个导出文件：每一行是否与日志一致，是否有遗漏。LOGCOPY 为 python -m web log copy 导出的文件夹。
退出码：0 核验通过，1 不予认可，2 无法读取或无法核验。
不带 --key 时使用副本中的公钥，请与运营方公布的公钥比对。

Formats: RFC 6962, C2SP tlog-tiles, tlog-checkpoint and signed-note. A second implementation on purpose: it
shares no line with the program that made the file. Leaves are read one bundle at a time; rows are kept.
"""

import argparse
import base64
import csv
import datetime
import hashlib
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
# Columns that must be what the leaf says, by the leaf's names for them.
SAME = {
    "direction": "direction", "decision": "outcome", "reason": "reason", "way": "way", "corrects": "corrects",
    "presence": "presence", "number": "seq", "rules": "policy_version",
}  # fmt: skip
# Parts of a filter that leaves can tell; what else narrows needs names or private records.
TOLD = {"outcome": "outcome", "reason": "reason", "direction": "direction", "way": "way",
        "entrance": "entrance", "kiosk": "device"}  # fmt: skip
BY_VENUES = ("area", "enterprise", "venue")
TIMES = ("period", "from", "until")
NAMES = ("enterprise", "venue", "entrance")


class RefusedError(Exception):
    """The file does not show what it says: the sentence in English and in Chinese."""


class UnreadableError(Exception):
    """Something cannot be read or checked: the sentence in English and in Chinese."""


def moment(text):
    """Milliseconds since 1970 of a time as it is written."""
    since = datetime.datetime.fromisoformat(text) - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return since // datetime.timedelta(milliseconds=1)


def written(ms):
    """A time as a person reads it."""
    at = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(milliseconds=ms)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def signed_head(note, keys):
    """The origin, size and root that one of the keys signed."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        parts = line.split(" ")
        for key in keys:
            name, hashed, public = key.split("+", 2)
            raw = base64.b64decode(public, validate=True)
            right = hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] == hashed
            if not right or len(raw) != 33 or raw[0] != 1 or parts[:2] != ["—", name] or len(parts) != 3:
                continue
            signature = base64.b64decode(parts[2], validate=True)
            if signature[:4].hex() != hashed or text.split("\n")[0] != name:
                continue
            try:
                Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signature[4:], text.encode())
            except InvalidSignature:
                continue
            lines = text.split("\n")
            return int(lines[1]), base64.b64decode(lines[2], validate=True)
    raise RefusedError(
        "No given key signed the checkpoint of the manifest.", "清单中的检查点没有由所给公钥签署。"
    )


def leaves_of(folder, size):
    """Every leaf below `size`, one bundle after the other."""
    for index in range((size + WIDTH - 1) // WIDTH):
        parts, rest = [f"{index % 1000:03}"], index // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        path, count = folder.joinpath("tile", "entries", *parts), min(WIDTH, size - index * WIDTH)
        if not path.is_file():
            partial = path.with_name(path.name + ".p")
            path = partial / str(max((int(one.name) for one in partial.glob("*[0-9]")), default=0))
        raw, at = path.read_bytes(), 0
        for _ in range(count):
            length = int.from_bytes(raw[at : at + 2], "big")
            leaf = raw[at + 2 : at + 2 + length]
            if len(raw) < at + 2 or len(leaf) != length:
                raise RefusedError("The copy of the log is cut short.", "日志副本不完整。")
            yield leaf
            at += 2 + length


def node(left, right):
    """RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def checked_leaves(folder, size, root):
    """Read the whole copy once; RefusedError unless it is what was signed."""
    peaks = []  # (height, hash) of perfect trees, highest first
    for leaf in leaves_of(folder, size):
        peak = (0, hashlib.sha256(b"\x00" + leaf).digest())
        while peaks and peaks[-1][0] == peak[0]:
            peak = (peak[0] + 1, node(peaks.pop()[1], peak[1]))
        peaks.append(peak)
    found = peaks.pop()[1] if peaks else hashlib.sha256(b"").digest()
    while peaks:
        found = node(peaks.pop()[1], found)
    if found != root:
        raise RefusedError(
            "The copy of the log is not what was signed: a leaf was changed or is missing.",
            "日志副本与检查点所签署的内容不符：有叶被改动或缺失。",
        )


def rows_of(path, manifest):
    """The rows by the id of the entry: (number of the row, its cells by the names of the columns)."""
    columns, form, rows = manifest["columns"], manifest["file"]["form"], {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        if form == "csv":
            lines = csv.reader(file, strict=True)
            next(lines)
            made = ((line, len(line)) for line in lines)
            cells = (dict(zip(columns, line, strict=False)) if n == len(columns) else {} for line, n in made)
        else:
            cells = (json.loads(line) for line in file)
        number = 0
        for number, row in enumerate(cells, 1):
            if list(row) != columns:
                raise RefusedError(f"Row {number} has other columns.", f"第 {number} 行的列不同。")
            if row["entry"] in rows:
                raise RefusedError(f"Row {number} is there twice.", f"第 {number} 行重复。")
            rows[row["entry"]] = (number, row)
    if number != manifest["file"]["rows"]:
        raise RefusedError(
            f"The file has {number} rows, the manifest says {manifest['file']['rows']}.",
            f"文件有 {number} 行，清单为 {manifest['file']['rows']} 行。",
        )
    return rows


def estimate(leaf):
    """When it happened by the gate's clocks, before it is held against the moment it arrived."""
    offset = leaf["clock"]["offset_ms"]
    made = int(leaf["id"][:8] + leaf["id"][9:13], 16)
    return max(max(leaf["at_ms"], made) if offset is None else leaf["at_ms"] + offset, 0)


def check_row(number, row, leaf, doors):
    """Compare a row with its leaf."""

    def wrong(column, here, there):
        raise RefusedError(
            f"Row {number}, column {column}: the file says {here!r}, the log {there!r} (entry {leaf['id']}).",
            f"第 {number} 行 {column} 列：文件为 {here!r}，日志为 {there!r}（记录 {leaf['id']}）。",
        )

    for column, part in SAME.items():
        if str(row[column]) != str(leaf[part]):
            wrong(column, row[column], leaf[part])
    happened = written(min(estimate(leaf), moment(row["received_utc"])))
    for column, there in (("time_utc", happened), ("gate_utc", written(leaf["at_ms"]))):
        if row[column] != there:
            wrong(column, row[column], there)
    if moment(row["time_local"]) != moment(happened):
        wrong("time_local", row["time_local"], happened)
    # A leaf has the entrance's id and no name: one entrance has the same names in every row.
    names = {name: row[name] for name in NAMES}
    for name, there in doors.setdefault(leaf["entrance"], names).items():
        if row[name] != there:
            wrong(name, row[name], there)


def is_wanted(leaf, manifest):
    """Whether a leaf fulfils what leaves can tell of the filter."""
    asked, venues, at = manifest["filter"], manifest["venues"], estimate(leaf)
    if venues is not None and leaf["venue"] not in venues:
        return False
    if any(name in asked and leaf[part] not in asked[name] for name, part in TOLD.items()):
        return False
    return not (
        ("from" in asked and asked["from"][0] and at < moment(asked["from"][0]))
        or ("until" in asked and asked["until"][0] and at >= moment(asked["until"][0]))
    )


def check(path, manifest, folder, keys):
    """The lines for the reader; RefusedError when the file does not show what it says."""
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hashed.update(block)
    if hashed.hexdigest() != manifest["file"]["sha256"]:
        raise RefusedError("The file is not that of the manifest (SHA-256).", "文件与清单不符（SHA-256）。")
    if manifest["file"]["form"] not in ("csv", "jsonl") or not manifest.get("complete_to"):
        raise UnreadableError(
            "The file is that of the manifest. XLSX and older manifests cannot be checked row by row.",
            "文件与清单一致，但 XLSX 及旧版清单无法逐行核验。",
        )
    size, root = signed_head(manifest["checkpoint"], keys)
    complete = manifest["complete_to"]
    if complete > size:
        raise RefusedError("The manifest names more than was signed.", "清单所述超出已签署的范围。")
    checked_leaves(folder, size, root)
    rows = rows_of(path, manifest)
    untold = sorted(set(manifest["filter"]) - {*TOLD, *BY_VENUES, *TIMES})
    seen, doors, gone, gaps, gates = set(), {}, set(), [], set()
    for index, raw in enumerate(leaves_of(folder, size)):
        leaf = json.loads(raw)
        if leaf.get("type") == "gap":
            gaps.append((index, leaf))
        if leaf.get("type") != "entry":
            continue
        if leaf["corrects"] and index < complete:
            gone.add(leaf["corrects"])
        if manifest["venues"] is None or leaf["venue"] in manifest["venues"]:
            gates.add(leaf["device"])
        if leaf["id"] in rows:
            number, row = rows[leaf["id"]]
            check_row(number, row, leaf, doors)
            if manifest["venues"] is not None and leaf["venue"] not in manifest["venues"]:
                raise RefusedError(
                    f"Row {number} is of a venue that was not asked for.", f"第 {number} 行不属于所选场所。"
                )
            seen.add(leaf["id"])
        elif not untold and index < complete and is_wanted(leaf, manifest):
            raise RefusedError(
                f"An entry is left out: leaf {index}, {written(estimate(leaf))}, venue {leaf['venue']}, "
                f"entry {leaf['id']}.",
                f"有记录被遗漏：叶 {index}，{written(estimate(leaf))}，场所 {leaf['venue']}，"
                f"记录 {leaf['id']}。",
            )
    for identity in gone & seen:
        if rows[identity][1]["taken_back"] != "yes":
            number = rows[identity][0]
            raise RefusedError(
                f"Row {number}, column taken_back: the log says that entry {identity} was taken back.",
                f"第 {number} 行 taken_back 列：日志表明记录 {identity} 已被撤销。",
            )
    # An entry that came while the file was made may be signed later; more than those are invented.
    late = [number for identity, (number, _) in rows.items() if identity not in seen]
    if late:
        raise RefusedError(
            f"Row {late[0]} is not in the log up to its checkpoint ({len(late)} such rows): "
            "it was signed later or never.",
            f"第 {late[0]} 行不在检查点之前的日志中（共 {len(late)} 行）。",
        )
    return told(manifest, size, complete, untold, len(rows), [g for g in gaps if g[1]["device"] in gates])


def told(manifest, size, complete, untold, count, gaps):
    """The lines for the reader."""
    yield f"VERIFIED. Each of the {count} rows is as it was logged. 核验通过：{count} 行均与日志一致。"
    if untold:
        yield f"Whether anything is left out CANNOT be told by leaves: the filter has {', '.join(untold)}."
        yield f"无法由日志判断是否有遗漏，因为筛选条件含：{'、'.join(untold)}。"
    else:
        yield f"Nothing is left out: checked against the first {complete} of {size} leaves, by gates' clocks."
        yield f"无遗漏：已与 {size} 条叶中的前 {complete} 条比对（以终端时钟为准）。"
    yield f"What came later than leaf {complete - 1} need not be in the file. 之后的记录不在保证范围内。"
    yield "Not told by leaves: names, people, temperature, class, sentences, time received and its certainty."
    yield "日志不含：名称、人员、人数、体温、类别、说明、收到时间、时间可信度。"
    asked = json.dumps(manifest["filter"], ensure_ascii=False)
    yield f"Filter, as the manifest says 清单中的筛选条件: {asked}"
    yield f"Venues 场所: {'all 全部' if manifest['venues'] is None else ', '.join(manifest['venues'])}"
    for index, gap in gaps:
        yield (
            f"GAP 缺号: leaf 叶 {index}: gate 终端 {gap['device']} has no numbers {gap['first']} to "
            f"{gap['last']} any more ({gap['cause']}), found {written(gap['found_ms'])}"
        )


def main(words=None):
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Check a whole export. 核验整个导出文件。")
    parser.add_argument("file", type=pathlib.Path, help="the export 导出文件")
    parser.add_argument("manifest", type=pathlib.Path, help="its manifest 清单")
    parser.add_argument("log", type=pathlib.Path, help="the copy of the log 日志副本")
    parser.add_argument("--key", help="the log's key, as its operator publishes it 运营方公布的公钥")
    asked = parser.parse_args(words)
    try:
        manifest = json.loads(asked.manifest.read_bytes())
        keys = [asked.key.strip()] if asked.key else (asked.log / "key").read_text("utf-8").split()
        lines = list(check(asked.file, manifest, asked.log, keys))
    except RefusedError as refused:
        print(f"REFUSED. {refused.args[0]}\n不予认可。{refused.args[1]}", file=sys.stderr)
        return 1
    except UnreadableError as error:
        print(*error.args, sep="\n", file=sys.stderr)
        return 2
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error, StopIteration) as error:
        print(f"This cannot be read ({type(error).__name__}). 无法读取。{error}", file=sys.stderr)
        return 2
    print(*lines, sep="\n")
    if not asked.key:
        print("Compare with the published key. 请与运营方公布的公钥比对：", *keys, sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
