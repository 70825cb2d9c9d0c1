#!/bin/sh
# symbols.sh SOURCE BUILD: what the built libraries call, from their symbol tables.
set -eu
build=$2
bad=0
command -v nm >/dev/null || { echo "skipped: nm is not there"; exit 77; }
if nm "$build/core/base/libamp_base.a" 2>/dev/null | grep -q __asan_init; then
	echo "skipped: sanitizers add calls of their own; the release build is checked"
	exit 77
fi

# refuse LIBRARY REGEX WHY [OBJECT THAT MAY]: no object of the library may leave a symbol matching REGEX undefined
refuse() {
	lib=$(find "$build" -name "libamp_$1.a" | head -n 1)
	[ -n "$lib" ] || { echo "libamp_$1.a was not built"; bad=1; return; }
	found=$(nm -A --undefined-only "$lib" 2>/dev/null | awk -v re="^($2)\$" -v may="${4:-}" '
		{ n = split($1, part, ":"); object = part[2]; symbol = $NF; sub(/@.*/, "", symbol)
		  if (symbol ~ re && (may == "" || object !~ may)) print object ": " symbol }' | sort -u)
	[ -z "$found" ] || { printf '%s: %s\n%s\n' "libamp_$1.a" "$3" "$found"; bad=1; }
}

memory='malloc|calloc|realloc|free|strdup|strndup|asprintf|vasprintf|getline|getdelim|aligned_alloc|posix_memalign'
refuse base "$memory" "memory comes from core/base/mem.c alone" '^mem\.c\.o'
for m in store container parse platforms archive persona schedule fetch run text lexicon linear service detectors train document evaluate stats calc metrics report export; do
	refuse "$m" "$memory" "memory comes from core/base/mem.c alone"
done

network='curl_.*|socket|connect|getaddrinfo|send|sendto|recv|recvfrom'
for m in base store container parse platforms archive persona schedule text lexicon linear detectors train document evaluate stats calc metrics report export; do
	refuse "$m" "$network" "only crawler/fetch and analysis/service speak to the network"
done
# run may ask libcurl for its version (the technical preamble)
refuse run 'socket|connect|getaddrinfo|send|sendto|recv|recvfrom|curl_easy.*|curl_multi.*' "only crawler/fetch speaks to the network"

# the shapes of services are pure: only their transports see the world
refuse service "$network|fopen|open|read|write|getenv|posix_spawn.*|amp_clock_.*|amp_io_.*" "a kind builds and reads, nothing more" '^(http|child|token|config|service)\.c\.o'

world='fopen|fopen64|open|open64|read|write|fread|fwrite|time|clock_gettime|gettimeofday|getenv|rand|random|sqlite3_.*|amp_clock_.*|amp_io_.*|amp_random_bytes'
for m in container parse platforms stats document evaluate linear text; do
	refuse "$m" "$world" "this part is pure: no files, clock, environment or database"
done

for m in base container parse platforms archive persona schedule fetch text stats; do
	refuse "$m" 'sqlite3_.*' "the database belongs to core/store"
done
exit $bad
