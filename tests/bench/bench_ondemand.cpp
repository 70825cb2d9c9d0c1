// bench_ondemand.cpp FILE SECONDS: simdjson's on-demand reader over a getFeed page, the fields that the adapter reads, in the order in
// which the page has them: the named peer of ./run bench. Compiled by bench_parse.sh where g++ and libsimdjson-dev are installed.
#include <simdjson.h>
#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace simdjson;

static double cpu()
{
	timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return double(t.tv_sec) + double(t.tv_nsec) / 1e9;
}

static uint64_t sum;
static void use(std::string_view s) { sum += s.size() + (s.empty() ? 0 : uint64_t(uint8_t(s[0]))); }

int main(int argc, char **argv)
{
	if (argc != 3) return 2;
	auto text = padded_string::load(argv[1]).value();
	double seconds = atof(argv[2]), spent = 0, best = 1e9;
	size_t items = 0;
	ondemand::parser parser;
	while (spent < seconds) {
		double start = cpu();
		for (int i = 0; i < 10; i++) {
			items = 0;
			auto doc = parser.iterate(text);
			for (auto entry : doc["feed"]) {
				auto post = entry["post"];
				use(post["uri"].get_string());
				auto author = post["author"];
				use(author["did"].get_string());
				use(author["handle"].get_string());
				use(author["displayName"].get_string());
				auto record = post["record"];
				use(record["createdAt"].get_string());
				for (auto l : record["langs"]) use(l.get_string());
				use(record["text"].get_string());
				std::string_view link;
				auto embed = post["embed"];
				if (embed["external"]["uri"].get_string().get(link) == SUCCESS) use(link);
				sum += uint64_t(post["replyCount"]) + uint64_t(post["repostCount"]) + uint64_t(post["likeCount"]) + uint64_t(post["quoteCount"]);
				use(post["indexedAt"].get_string());
				for (auto l : post["labels"]) (void)l;
				use(entry["feedContext"].get_string());
				items++;
			}
		}
		double one = (cpu() - start) / 10;
		spent += 10 * one;
		if (one < best) best = one;
	}
	printf("%.1f %.1f %zu\n", best * 1e6, double(text.size()) / 1e6 / best, items);
	return sum == 42;
}
