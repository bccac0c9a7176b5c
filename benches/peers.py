#!/usr/bin/env python3
"""Runs guard beside other tools that can judge a plan, and prints the ratios as Markdown.

  benches/peers.py [--guard target/release/guard] [--peers ../shared/bench/peers] [--rounds 5] PLAN...

All are run in turns on one core, so that what else the machine does falls on all of them alike. What counts
is the CPU time of the whole process, start-up included (median of the rounds), and its peak memory. Each peer
sums vCPU and IOPS by tenant and compares with a limit; checkov, which cannot sum, looks at every size. guard
does more than they do: all dimensions, the catalog, the findings. What is not installed is skipped, and said.

Plans come from the generator beside the peers: ../shared/bench/genplan.py --size 10M --out plan.json.
Nothing but the standard library is used.
"""
import argparse, os, shutil, statistics, subprocess, sys


def has_module(python, name):
    return subprocess.run([python, "-c", f"import {name}"], capture_output=True).returncode == 0


def tools(guard, peers):
    """Name, command for a plan, most rounds, and why it is skipped where it is."""
    python = sys.executable
    beside = os.path.join(os.path.dirname(python), "checkov")
    checkov = shutil.which("checkov") or (beside if os.path.exists(beside) else None)
    at = lambda name: os.path.join(peers, name)
    rego = ["-d", at("policy/guard.rego"), "-d", at("policy/data.json")]
    yield "guard", lambda plan: [guard, plan, "--policies", "builtin", "--quiet"], 99, None
    yield ("jq", lambda plan: ["jq", "-r", "--slurpfile", "t", at("types.json"), "-f", at("guard.jq"), plan], 99,
           None if shutil.which("jq") else "no jq on PATH")
    yield "Python, json", lambda plan: [python, at("naive.py"), plan], 99, None
    yield ("Python, orjson", lambda plan: [python, at("naive.py"), plan, "orjson"], 99,
           None if has_module(python, "orjson") else "no module orjson")
    yield ("DuckDB", lambda plan: [python, at("duck.py"), plan], 99,
           None if has_module(python, "duckdb") else "no module duckdb")
    for name in ["regorus", "opa"]:
        yield (name, lambda plan, name=name: [name, "eval", *rego, "-i", plan, "data.guard.summary"], 99,
               None if shutil.which(name) else f"no {name} on PATH")
    yield ("checkov", lambda plan: [checkov, "-f", plan, "--external-checks-dir", at("checkov"), "-c",
                                   "CKV2_LOCAL_1", "--skip-download", "--quiet", "--compact"], 1,
           None if checkov else "no checkov on PATH")


def run(command):
    """Seconds of CPU and MiB of memory; an exit code above 1 is no answer."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: exit {child.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("plans", nargs="+", metavar="PLAN")
    options.add_argument("--guard", default="target/release/guard")
    options.add_argument("--peers", default="../shared/bench/peers")
    options.add_argument("--rounds", type=int, default=5)
    args = options.parse_args()
    if not os.path.isdir(args.peers):
        sys.exit(f"{args.peers} is no folder: say with --peers where the peers' policies are")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    ready, skipped = [], []
    for name, command, most, why in tools(os.path.abspath(args.guard), os.path.abspath(args.peers)):
        (skipped.append(f"{name} ({why})") if why else ready.append((name, command, most)))
    print("| tool | " + " | ".join(f"{os.path.getsize(p) / 1e6:.0f} MB: CPU | ratio | memory" for p in args.plans) + " |")
    print("| --- |" + " --- | --- | --- |" * len(args.plans))
    columns = []
    for plan in args.plans:
        taken = {name: [] for name, _, _ in ready}
        for turn in range(args.rounds):
            for name, command, most in ready:
                if turn < most:
                    taken[name].append(run(command(plan)))
        columns.append({name: (statistics.median(cpu for cpu, _ in runs), max(memory for _, memory in runs))
                        for name, runs in taken.items()})
    for name, _, _ in ready:
        cells = [f"{c[name][0]:.3f} s | {c[name][0] / c['guard'][0]:.1f} | {c[name][1]:.0f} MiB" for c in columns]
        print(f"| {name} | " + " | ".join(cells) + " |")
    if skipped:
        print("\nNot run: " + ", ".join(skipped) + ".")


if __name__ == "__main__":
    main()
