"""Makes a table out of JMH's figures: time and allocation a message, and the ratio to the plain library."""
import csv
import sys

time = {}
allocated = {}
with open(sys.argv[1], newline="") as file:
    for row in csv.DictReader(file):
        setting = row.get("Param: setting") or ""
        name, _, profile = row["Benchmark"].rpartition("dev.persistor.benchmarks.")[2].partition(":")
        key = (name.replace("Benchmark", ""), setting)
        if not profile:
            time[key] = (float(row["Score"]), float(row["Score Error (99.9%)"]))
        elif profile.endswith("gc.alloc.rate.norm"):
            allocated[key] = float(row["Score"])

print("| benchmark | ns a message | bytes allocated a message | of the plain library |")
print("|---|---|---|---|")
for (name, setting), (score, error) in sorted(time.items()):
    plain = time.get((name + "Plain", setting))
    ratio = f"{plain[0] / score:.2f}" if plain else ""
    label = f"{name} {setting}".strip()
    print(f"| {label} | {score:,.0f} ± {error:,.0f} | {allocated.get((name, setting), 0):,.0f} | {ratio} |")
