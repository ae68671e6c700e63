# What the start-time.sh of each cloud shares: class paths are measured, each with four sets of flags.
# Wants $work, an empty folder, and a function run, which takes the name of a class path, and flags.
ROUNDS=${ROUNDS:-7}

# All jars of artifacts (GROUP:ARTIFACT) of a BOM (GROUP:ARTIFACT:VERSION), as Maven resolves them without an exclusion,
# into $work/closure.
resolve() { # BOM ARTIFACT...
  local bom=$1 artifact
  shift
  {
    cat <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>measure</groupId><artifactId>closure</artifactId><version>1</version><packaging>pom</packaging>
  <dependencyManagement><dependencies><dependency>
    $(coordinates "$bom")<type>pom</type><scope>import</scope>
  </dependency></dependencies></dependencyManagement>
  <dependencies>
POM
    for artifact in "$@"; do
      echo "    <dependency>$(coordinates "$artifact")</dependency>"
    done
    echo '  </dependencies></project>'
  } > "$work/pom.xml"
  mvn -B -q -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$work/closure"
}

coordinates() { # GROUP:ARTIFACT[:VERSION]
  local group artifact version
  IFS=: read -r group artifact version <<< "$1"
  echo "<groupId>$group</groupId><artifactId>$artifact</artifactId>${version:+<version>$version</version>}"
}

# Makes an AppCDS archive of each class path. A recording run is a warm-up, too.
record() { # PATH...
  local path
  for path in "$@"; do
    run "$path" -XX:ArchiveClassesAtExit="$work/$path.jsa" > "$work/log" 2>&1 || {
      cat "$work/log"
      return 1
    }
  done
}

# Round by round, so that what else the machine does falls on all alike.
measure() { # PATH...
  local path cds
  for _ in $(seq "$ROUNDS"); do
    for path in "$@"; do
      run "$path" >> "$work/$path.1"
      run "$path" -XX:TieredStopAtLevel=1 >> "$work/$path.2"
      [ -e "$work/$path.jsa" ] || continue
      cds=-XX:SharedArchiveFile=$work/$path.jsa
      run "$path" "$cds" >> "$work/$path.3"
      run "$path" "$cds" -XX:TieredStopAtLevel=1 >> "$work/$path.4"
    done
  done
}

machine() {
  echo "$(nproc) cores, $(java -version 2>&1 | sed -n 2p)"
}

sizes() {
  printf '\n| class path | jars | MB |\n|---|---|---|\n'
}

size() { # NAME JARS...
  local name=$1
  shift
  echo "| $name | $# | $(cat "$@" | wc -c | awk '{ printf "%.1f", $1 / 1e6 }') |"
}

times() {
  printf '\n| milliseconds, median of %s | default | C1 only | AppCDS | AppCDS and C1 only |\n' "$ROUNDS"
  printf '|---|---|---|---|---|\n'
}

row() { # NAME PATH
  echo "| $1 | $(median "$2.1") | $(median "$2.2") | $(median "$2.3") | $(median "$2.4") |"
}

median() { # FILE
  if [ -e "$work/$1" ]; then
    sort -n "$work/$1" | sed -n "$(((ROUNDS + 1) / 2))p"
  else
    echo -
  fi
}
