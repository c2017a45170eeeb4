#!/usr/bin/env python3
"""Checks a whole export offline: is every row as it was logged, and is anything left out?

    pip install cryptography
    python verify_export.py export.csv manifest.json LOGCOPY [--key "park.example/log+1a2b3c4d+AX…"]

LOGCOPY is the folder that `codeplace log copy --out LOGCOPY` wrote on the server after the file was made.
Exit status: 0 proven, 1 refused, 2 cannot be read or checked, 3 each row is proven, but not that none is
missing. Without --key it is checked against the keys in the copy: compare them with the one the operator
publishes. It reads CSV, JSON Lines and XLSX.

离线核验整个导出文件：每一行是否与日志一致，是否有遗漏。LOGCOPY 为导出之后用 codeplace log copy 生成的文件夹。
退出码：0 核验通过，1 不予认可，2 无法读取或无法核验，3 各行均已核验，但无法证明没有遗漏。
不带 --key 时使用副本中的公钥，请与运营方公布的公钥比对。

Formats: RFC 6962, C2SP tlog-tiles, tlog-checkpoint and signed-note. A second implementation on purpose: it
shares no line with the program that made the file. Leaves are read one bundle at a time, and rows are kept
in a temporary file: a million rows need no more memory than ten.
"""

import argparse
import base64
import csv
import datetime
import hashlib
import itertools
import json
import pathlib
import sqlite3
import sys
import xml.etree.ElementTree as Xml
import zipfile

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
COMPARED = (*SAME, "time_utc", "time_local", "gate_utc", "received_utc", *NAMES, "taken_back")
# What the manifest says besides is said after the log was told of it.
LATER = ("deed", "log", "checkpoint")
# An estimate may be later than the moment of arrival by this much, although the gate's clock was known.
EDGE_MS = 60_000
UNPROVEN = 3
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


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


def signed_head(note, keys, whose):
    """The size and root that one of the keys signed; `whose` note it is, in both languages."""
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
        f"No given key signed the checkpoint of the {whose[0]}.", f"{whose[1]}的检查点没有由所给公钥签署。"
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


def checked_leaves(folder, heads):
    """Read the whole copy once; RefusedError unless it has each of these roots at that size."""
    size = max(size for size, _ in heads)
    peaks = []  # (height, hash) of perfect trees, highest first
    for count, leaf in enumerate(leaves_of(folder, size), 1):
        peak = (0, hashlib.sha256(b"\x00" + leaf).digest())
        while peaks and peaks[-1][0] == peak[0]:
            peak = (peak[0] + 1, node(peaks.pop()[1], peak[1]))
        peaks.append(peak)
        if any(count == at and root_of(peaks) != root for at, root in heads):
            raise RefusedError(
                "The copy of the log is not what was signed: a leaf was changed or is missing.",
                "日志副本与检查点所签署的内容不符：有叶被改动或缺失。",
            )
        if sys.stderr.isatty() and (not count % 100_000 or count == size):
            print(f"\r{count:,} / {size:,}", end="\n" if count == size else "", file=sys.stderr, flush=True)


def root_of(peaks):
    """The root over perfect trees, highest first."""
    *rest, (_, found) = peaks
    for _, left in reversed(rest):
        found = node(left, found)
    return found


def json_rows(path, _columns):
    """The rows of JSON Lines, each as its cells by the names of the columns."""
    with path.open(encoding="utf-8-sig") as file:
        yield from map(json.loads, file)


def csv_rows(path, columns):
    """The rows of a CSV file below its header, likewise; nothing in place of a row of another width."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, strict=True)
        next(lines)
        for line in lines:
            yield dict(zip(columns, line, strict=True)) if len(line) == len(columns) else {}


def sheet_rows(path, columns):
    """The rows below the header of every sheet of a workbook, likewise; a cell that is not there is empty."""
    with zipfile.ZipFile(path) as book:
        sheets = (f"xl/worksheets/sheet{nth}.xml" for nth in itertools.count(1))
        for name in itertools.takewhile(set(book.namelist()).__contains__, sheets):
            with book.open(name) as file:
                if b"<!" in file.peek(4096):
                    raise RefusedError("The workbook was changed.", "工作簿已被改动。")
                yield from itertools.islice(rows_of_sheet(file, columns), 1, None)


def rows_of_sheet(file, columns):
    """All rows of a sheet, the header too."""
    whole = None
    for event, one in Xml.iterparse(file, ("start", "end")):  # noqa: S314 - it defines nothing
        if event == "start":
            whole = one if one.tag == SHEET + "sheetData" else whole
        elif one.tag == SHEET + "row":
            cells = dict.fromkeys(range(len(columns)), "")
            for cell in one:
                at = 0
                for letter in cell.get("r").rstrip("0123456789"):
                    at = at * 26 + ord(letter) - 64
                cells[at - 1] = "".join(cell.itertext())
            yield dict(zip(columns, cells.values(), strict=True)) if len(cells) == len(columns) else {}
            whole.clear()  # what was read is not kept


FORMS = {"csv": csv_rows, "jsonl": json_rows, "xlsx": sheet_rows}


class Rows:
    """The rows of the file by the id of the entry, in a temporary file."""

    def __init__(self, path, manifest):
        """Read them; RefusedError unless they are as many, and of such columns, as the manifest says."""
        self.base = sqlite3.connect("")
        self.base.execute("CREATE TABLE rows (entry TEXT PRIMARY KEY, number INT, cells TEXT) WITHOUT ROWID")
        self.count, self.taken_back = 0, set()
        columns = manifest["columns"]
        for row in FORMS[manifest["file"]["form"]](path, columns):
            self.count += 1
            if list(row) != columns:
                raise RefusedError(f"Row {self.count} has other columns.", f"第 {self.count} 行的列不同。")
            if row["taken_back"] == "yes":
                self.taken_back.add(row["entry"])
            cells = json.dumps([str(row[column]) for column in COMPARED])
            try:
                self.base.execute("INSERT INTO rows VALUES (?, ?, ?)", (row["entry"], self.count, cells))
            except sqlite3.IntegrityError:
                raise RefusedError(f"Row {self.count} is there twice.", f"第 {self.count} 行重复。") from None
        if self.count != manifest["file"]["rows"]:
            raise RefusedError(
                f"The file has {self.count} rows, the manifest says {manifest['file']['rows']}.",
                f"文件有 {self.count} 行，清单为 {manifest['file']['rows']} 行。",
            )

    def of(self, identity):
        """The number of the row of an entry and the cells that are compared; None when it has none."""
        found = self.base.execute("SELECT number, cells FROM rows WHERE entry = ?", (identity,)).fetchone()
        return found and (found[0], dict(zip(COMPARED, json.loads(found[1]), strict=True)))


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
    """Whether a leaf fulfils what leaves can tell of the filter; None where they cannot tell."""
    asked, venues, at = manifest["filter"], manifest["venues"], estimate(leaf)
    if venues is not None and leaf["venue"] not in venues:
        return False
    if any(name in asked and leaf[part] not in asked[name] for name, part in TOLD.items()):
        return False
    if "until" in asked and at >= moment(asked["until"][0]):
        return False
    if "from" not in asked:
        return True
    # It counts when it arrived, if that was earlier, and no leaf says when: only a known clock tells enough.
    begins = moment(asked["from"][0])
    if leaf["clock"]["offset_ms"] is None or at < begins + EDGE_MS:
        return None if at >= begins else False
    return True


def promise_of(manifest):
    """The hash by which the log keeps a manifest."""
    promise = {name: value for name, value in manifest.items() if name not in LATER}
    text = json.dumps(promise, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check(path, manifest, folder, keys):
    """What to tell the reader; RefusedError when the file does not show what it says."""
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hashed.update(block)
    if hashed.hexdigest() != manifest["file"]["sha256"]:
        raise RefusedError("The file is not that of the manifest (SHA-256).", "文件与清单不符（SHA-256）。")
    if manifest["file"]["form"] not in FORMS or not manifest.get("complete_to"):
        raise UnreadableError(
            "The file is that of the manifest, which is of another version: it cannot be checked row by row.",
            "文件与清单一致，但清单为其他版本，无法逐行核验。",
        )
    then = signed_head(manifest["checkpoint"], keys, ("manifest", "清单"))
    now = signed_head((folder / "checkpoint").read_text("utf-8"), keys, ("copy", "日志副本"))
    complete = manifest["complete_to"]
    if complete > then[0]:
        raise RefusedError("The manifest names more than was signed.", "清单所述超出已签署的范围。")
    if now[0] < then[0]:
        raise UnreadableError(
            "The copy of the log is older than the file. Have it copied anew.",
            "日志副本早于导出文件，请重新生成副本。",
        )
    checked_leaves(folder, (then, now))
    found = Found(Rows(path, manifest), manifest, complete)
    for index, raw in enumerate(leaves_of(folder, now[0])):
        found.read(index, json.loads(raw))
    found.close()
    return found.told(now[0])


class Found:
    """What the leaves, read in order, say of a file."""

    def __init__(self, rows, manifest, complete):
        """None of the first `complete` leaves that the filter means may be missing."""
        self.rows, self.manifest, self.complete = rows, manifest, complete
        self.untold = sorted(set(manifest["filter"]) - {*TOLD, *BY_VENUES, *TIMES})
        self.seen, self.doors, self.gone, self.gaps = bytearray(rows.count + 1), {}, {}, []
        self.gates, self.doubtful, self.promises = set(), [], set()

    def read(self, index, leaf):
        """The next leaf; RefusedError when it contradicts the file."""
        venues = self.manifest["venues"]
        if leaf.get("type") == "gap":
            self.gaps.append((index, leaf))
        elif leaf.get("type") == "export" and leaf["told"].get("sha256") == self.manifest["file"]["sha256"]:
            self.promises |= {leaf["told"].get("manifest")} - {None}
        if leaf.get("type") != "entry":
            return
        if leaf["corrects"]:
            self.gone[leaf["corrects"]] = min(index, self.gone.get(leaf["corrects"], index))
        is_there = venues is None or leaf["venue"] in venues
        if is_there:
            self.gates.add(leaf["device"])
        if row := self.rows.of(leaf["id"]):
            check_row(*row, leaf, self.doors)
            if not is_there:
                raise RefusedError(
                    f"Row {row[0]} is of a venue that was not asked for.", f"第 {row[0]} 行不属于所选场所。"
                )
            self.seen[row[0]] = 1
        elif not self.untold and index < self.complete:
            wanted = is_wanted(leaf, self.manifest)
            if wanted is None:
                self.doubtful.append((index, leaf))
            elif wanted:
                raise RefusedError(
                    f"An entry is left out: leaf {index}, {written(estimate(leaf))}, venue {leaf['venue']}, "
                    f"entry {leaf['id']}.",
                    f"有记录被遗漏：叶 {index}，{written(estimate(leaf))}，场所 {leaf['venue']}，"
                    f"记录 {leaf['id']}。",
                )

    def close(self):
        """After the last leaf; RefusedError for what no leaf bears out."""
        early = {identity for identity, index in self.gone.items() if index < self.complete}
        for identity in sorted(early - self.rows.taken_back | self.rows.taken_back - {*self.gone}):
            if row := self.rows.of(identity):
                there = ("taken back", "已撤销") if identity in early else ("not taken back", "未被撤销")
                raise RefusedError(
                    f"Row {row[0]}, column taken_back: by the log entry {identity} was {there[0]}.",
                    f"第 {row[0]} 行 taken_back 列：日志表明记录 {identity} {there[1]}。",
                )
        never = self.seen.count(0) - 1
        if never:
            number = self.seen.index(0, 1)
            raise RefusedError(
                f"Row {number} is not in this copy of the log ({never} such rows). If they are of the "
                "seconds before the file was made, have the log copied anew.",
                f"第 {number} 行不在该日志副本中（共 {never} 行）。若为导出前数秒的记录，请重新生成副本。",
            )
        if self.promises and not self.is_promised():
            raise RefusedError(
                "The manifest is not what the log keeps of this file: its filter, venues or times were "
                "changed.",
                "清单与日志所留存的不符：筛选条件、场所或时间已被改动。",
            )

    def is_promised(self):
        """Whether the log keeps just this manifest."""
        return promise_of(self.manifest) in self.promises

    def told(self, size):
        """The lines for the reader, and the exit status."""
        lines = [
            f"VERIFIED. Each of the {self.rows.count} rows is as it was logged. "
            f"核验通过：{self.rows.count} 行均与日志一致。"
        ]
        if self.untold:
            lines += [
                "Whether anything is left out CANNOT be told by leaves: the filter has "
                f"{', '.join(self.untold)}.",
                f"无法由日志判断是否有遗漏，因为筛选条件含：{'、'.join(self.untold)}。",
            ]
        elif self.doubtful:
            count = len(self.doubtful)
            lines += [
                f"{count} entries in the first minute of the period, or of gates without a known clock, are "
                "not in the file. Whether they had to be CANNOT be told by leaves:",
                f"有 {count} 条记录在时段第一分钟内或来自时钟未知的终端，未列入文件；"
                "日志无法判断其是否应当列入：",
            ]
            lines += [
                f"  leaf 叶 {index}: {written(estimate(leaf))}, entry 记录 {leaf['id']}"
                for index, leaf in self.doubtful
            ]
        else:
            lines += [
                f"Nothing is left out: checked against the first {self.complete} of {size} leaves, by gates' "
                "clocks.",
                f"无遗漏：已与 {size} 条叶中的前 {self.complete} 条比对（以终端时钟为准）。",
            ]
        if not self.is_promised():
            lines += [
                "This copy of the log keeps NO such manifest: its filter and venues are somebody's word. "
                "Have the log copied anew.",
                "该日志副本中没有此清单的留存：筛选条件与场所仅为一面之词。请重新生成副本。",
            ]
        return [*lines, *self.said()], UNPROVEN * (
            bool(self.untold) or bool(self.doubtful) or not self.is_promised()
        )

    def said(self):
        """What to know of any file."""
        asked, venues = json.dumps(self.manifest["filter"], ensure_ascii=False), self.manifest["venues"]
        if self.manifest["file"]["form"] == "xlsx":
            yield "What was read are the cells. A workbook can hide rows, or show a cell as something else."
            yield "核验的是单元格内容；工作簿可能隐藏行，或以其他形式显示单元格。"
        last = self.complete - 1
        yield f"What came later than leaf {last} need not be in the file. 之后的记录不在保证范围内。"
        yield "Not told by leaves: names, people, temperature, class, sentences, time received and how sure."
        yield "日志不含：名称、人员、人数、体温、类别、说明、收到时间、时间可信度。"
        yield f"Filter, as the manifest says 清单中的筛选条件: {asked}"
        yield f"Venues 场所: {'all 全部' if venues is None else ', '.join(venues)}"
        for index, gap in self.gaps:
            if gap["device"] in self.gates:
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
        lines, status = check(asked.file, manifest, asked.log, keys)
    except RefusedError as refused:
        print(f"REFUSED. {refused.args[0]}\n不予认可。{refused.args[1]}", file=sys.stderr)
        return 1
    except UnreadableError as error:
        print(*error.args, sep="\n", file=sys.stderr)
        return 2
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error, StopIteration,
            zipfile.BadZipFile, Xml.ParseError) as error:  # fmt: skip
        print(f"This cannot be read ({type(error).__name__}). 无法读取。{error}", file=sys.stderr)
        return 2
    print(*lines, sep="\n")
    if not asked.key:
        print("Compare with the published key. 请与运营方公布的公钥比对：", *keys, sep="\n  ")
    return status


if __name__ == "__main__":
    sys.exit(main())
