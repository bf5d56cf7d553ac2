#!/usr/bin/env python3
"""What tests and corpus reach of impl/ and oracle/, from what gcovr counted.

usage: branches.py COUNTS.json REACHED.json INDEX.html UNREACHED.txt, from the root of the sources

Prints lines and branches per folder, writes an index page, and writes the counts again as 0 or 1 for
the pages of gcovr: how often a line ran differs from run to run, that it ran does not.

Every branch that was not reached has to be in UNREACHED.txt with the reason, and everything there has
to be unreached; else the exit status is 1. Where there is no such file nothing is asked. It has
paragraphs such as

    impl/heap/slab.c create_slab
        1 | if (slab == NULL) {
    impl/base/lock.c take_lock
        up to 2 | while (is_taken(word) && spins < 100) {
        Why no test brings these about, in any number of lines.

with the number of branches that are not taken, of all lines of that function which have this text;
"up to" where that is a matter of time. Then it may be that all are taken this time, which is told; but
these lines have to be there, with as many branches.
"""
import collections
import html
import json
import os
import re
import sys

ANCHOR = re.compile(r"^\s+(up to )?(\d+) \| (.*\S)\s*$")
HEADING = re.compile(r"^(\S+) (\S+)$")

Place = collections.namedtuple("Place", "file function text")


class Reason:
    def __init__(self, at_most, count):
        self.at_most = at_most
        self.count = count
        self.text = ""

    def covers(self, missing):
        return missing <= self.count if self.at_most else missing == self.count


def fail(message):
    sys.exit(f"branches.py: {message}")


def code_lines(counted):
    return [line for line in counted["lines"] if not line.get("gcovr/noncode")]


def function_of(functions, number):
    """The function that a line is of: the last one that begins before it."""
    name = "-"
    for begin, function in functions:
        if begin > number:
            break
        name = function
    return name


def count_branches(files):
    """How many branches there are, and how many were not taken, by place."""
    all_of, missing = collections.Counter(), collections.Counter()
    for counted in files:
        with open(counted["file"], encoding="utf-8") as source:
            texts = source.read().splitlines()
        functions = sorted((f["lineno"], f["name"]) for f in counted["functions"])
        for line in code_lines(counted):
            untaken = sum(branch["count"] == 0 for branch in line["branches"])
            if line["branches"]:
                number = line["line_number"]
                text = texts[number - 1].strip()
                place = Place(counted["file"], function_of(functions, number), text)
                all_of[place] += len(line["branches"])
                if untaken:
                    missing[place] += untaken
    return all_of, missing


def paragraphs(path):
    """The lines of each paragraph with their numbers, without comments."""
    lines = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith("#"):
                lines.append((number, line.rstrip()))
            elif lines and not line.strip():
                yield lines
                lines = []
    if lines:
        yield lines


def read_reasons(path):
    reasons = {}
    for lines in paragraphs(path):
        heading, places, text = None, [], []
        for number, line in lines:
            anchor, head = ANCHOR.match(line), HEADING.match(line)
            if head and not text:
                heading = head.groups()
            elif anchor and heading and not text:
                place = Place(*heading, anchor[3])
                if place in reasons:
                    fail(f"{path}:{number}: a second reason for this line")
                reasons[place] = Reason(bool(anchor[1]), int(anchor[2]))
                places.append(place)
            elif places and line[0].isspace() and not anchor:
                text.append(line.strip())
            else:
                fail(f"{path}:{number}: expected FILE FUNCTION, lines of code, then the reason")
        if not text:
            fail(f"{path}:{lines[-1][0]}: expected a reason behind the lines of code")
        for place in places:
            reasons[place].text = " ".join(text)
    return reasons


def check(all_of, missing, reasons):
    """Prints what disagrees; whether nothing does."""
    complaints, notes = [], []
    for place, count in sorted(missing.items()):
        reason = reasons.get(place)
        where = f"{place.file}, {place.function}: {place.text}"
        if reason is None:
            complaints.append(f"{count} not reached, without a reason: {where}")
        elif not reason.covers(count):
            complaints.append(f"{count} not reached, the reason is for {reason.count}: {where}")
    for place, reason in sorted(reasons.items()):
        where = f"{place.file}, {place.function}: {place.text}"
        if place not in all_of:
            complaints.append(f"stale, it is gone: {where}")
        elif reason.count > all_of[place]:
            complaints.append(
                f"the reason is for {reason.count}, of {all_of[place]} that there are: {where}")
        elif place not in missing and reason.at_most:
            notes.append(f"reached this time: {where}")
        elif place not in missing:
            complaints.append(f"stale, it is reached: {where}")
    for line in notes + complaints:
        print(line)
    return not complaints


class Totals:
    def __init__(self):
        self.lines = self.lines_run = self.branches = self.branches_taken = 0

    def add(self, counted):
        for line in code_lines(counted):
            self.lines += 1
            self.lines_run += line["count"] > 0
            self.branches += len(line["branches"])
            self.branches_taken += sum(branch["count"] > 0 for branch in line["branches"])

    def cells(self):
        def part(some, of):
            return f"{some}/{of}", f"{100 * some / of if of else 100:.1f} %"

        return part(self.lines_run, self.lines) + part(self.branches_taken, self.branches)


def add_up(files):
    totals = collections.defaultdict(Totals)
    for counted in files:
        for folder in {counted["file"].split("/")[0], os.path.dirname(counted["file"])}:
            totals[folder].add(counted)
    return sorted(totals.items())


def print_totals(totals):
    print(f"{'':12} {'lines':>19} {'branches':>19}")
    for folder, total in totals:
        lines, line_part, branches, branch_part = total.cells()
        print(f"{folder:12} {lines:>11} {line_part:>7} {branches:>11} {branch_part:>7}")


def write_index(path, totals, missing, reasons):
    rows = "".join(
        f"<tr><th>{folder}</th>" + "".join(f"<td>{cell}</td>" for cell in total.cells()) + "</tr>\n"
        for folder, total in totals)
    untaken = "".join(
        f"<tr><td>{html.escape(place.file)}<br>{html.escape(place.function)}</td><td>{count}</td>"
        f"<td><code>{html.escape(place.text)}</code></td>"
        f"<td>{html.escape(reasons[place].text) if place in reasons else ''}</td></tr>\n"
        for place, count in sorted(missing.items()))
    with open(path, "w", encoding="utf-8") as page:
        page.write(f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>heapck coverage</title>
<style>
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em }}
table {{ border-collapse: collapse; margin: 1em 0 }}
th, td {{ border: 1px solid #ccc; padding: .25em .6em; text-align: left; vertical-align: top }}
</style>
</head>
<body>
<h1>heapck coverage</h1>
<ul>
<li><a href="code/index.html">Lines and branches</a> of libwinmem and of the oracle that tests and
corpus reach.</li>
<li><a href="clauses.html">Clauses</a>: how often each was judged, in how many classes of states, by
which trace first, and which mutants it catches.</li>
</ul>
<table>
<thead><tr><th></th><th colspan="2">lines</th><th colspan="2">branches</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
<p>These are lower bounds: a process that is killed, or dies of a fault that nobody catches, takes
with it what it counted. An assertion is no branch.</p>
<h2>Branches that are not reached, and why</h2>
<table>
<thead><tr><th>where</th><th>branches</th><th>line</th><th>reason</th></tr></thead>
<tbody>
{untaken}</tbody>
</table>
</body>
</html>
""")


def forget_how_often(files):
    for counted in files:
        for line in counted["lines"]:
            line["count"] = min(line["count"], 1)
            for branch in line["branches"]:
                branch["count"] = min(branch["count"], 1)
        for function in counted["functions"]:
            function["execution_count"] = min(function["execution_count"], 1)


def main():
    if len(sys.argv) != 5:
        fail("usage: branches.py COUNTS.json REACHED.json INDEX.html UNREACHED.txt")
    counts_path, reached_path, index_path, reasons_path = sys.argv[1:]
    with open(counts_path, encoding="utf-8") as file:
        counts = json.load(file)
    # Notes that the compiler left of a source that has since gone.
    files = [counted for counted in counts["files"] if os.path.exists(counted["file"])]
    if not any(code_lines(counted) for counted in files):
        fail("nothing was counted")
    counts["files"] = sorted(files, key=lambda counted: counted["file"])
    all_of, missing = count_branches(files)
    is_asked = os.path.exists(reasons_path)
    reasons = read_reasons(reasons_path) if is_asked else {}
    totals = add_up(files)
    print_totals(totals)
    write_index(index_path, totals, missing, reasons)
    is_fine = check(all_of, missing, reasons) if is_asked else True
    print(f"{sum(missing.values())} branches are not reached, {len(reasons)} lines have a reason")
    forget_how_often(counts["files"])
    with open(reached_path, "w", encoding="utf-8") as file:
        json.dump(counts, file)
    sys.exit(0 if is_fine else 1)


main()
