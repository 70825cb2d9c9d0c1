/* order.c: selection and quantiles. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "stats/stats.h"

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

void amp_sort(double *v, size_t n)
{
	if (n > 1) qsort(v, n, sizeof *v, compare);
}

static void swap(double *a, double *b)
{
	double t = *a;
	*a = *b;
	*b = t;
}

/* Hoare's selection with the median of three as pivot: the permutation tables have up to 2^19 entries, of which one is wanted. */
double amp_select(double *v, size_t n, size_t k)
{
	size_t lo = 0, hi = n - 1;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (v[mid] < v[lo]) swap(&v[mid], &v[lo]);
		if (v[hi] < v[lo]) swap(&v[hi], &v[lo]);
		if (v[hi] < v[mid]) swap(&v[hi], &v[mid]);
		double pivot = v[mid];
		size_t i = lo, j = hi;
		for (;;) {
			while (v[i] < pivot) i++;
			while (pivot < v[j]) j--;
			if (i >= j) break;
			swap(&v[i], &v[j]);
			i++;
			j--;
		}
		/* v[lo..j] <= pivot <= v[j+1..hi] */
		if (k <= j)
			hi = j;
		else
			lo = j + 1;
	}
	return v[k];
}

/* Floyd & Rivest 1975, CACM 18:165: a sample says between which two values the wanted one almost certainly lies; few are between them. */
#define SAMPLE 256
double amp_kth(const double *v, size_t n, size_t k, double *room)
{
	double sample[SAMPLE];
	size_t kept = 0, below = 0, at = (size_t)((double)k / (double)n * SAMPLE), apart = SAMPLE / 16;
	for (size_t i = 0; n > 8 * SAMPLE && i < SAMPLE; i++) sample[i] = v[i * (n / SAMPLE)];
	double lo = n > 8 * SAMPLE && at > apart ? amp_select(sample, SAMPLE, at - apart) : -INFINITY,
	       hi = n > 8 * SAMPLE && at + apart < SAMPLE ? amp_select(sample, SAMPLE, at + apart) : INFINITY;
	for (size_t i = 0; i < n; i++) { /* without branches */
		room[kept] = v[i];
		kept += (size_t)((v[i] >= lo) & (v[i] <= hi));
		below += v[i] < lo;
	}
	if (k >= below && k - below < kept) return amp_select(room, kept, k - below);
	memcpy(room, v, n * sizeof *v);
	return amp_select(room, n, k);
}

double amp_quantile7(const double *sorted, size_t n, double q)
{
	double h = (double)(n - 1) * q;
	size_t i = (size_t)h;
	if (i + 1 >= n) return sorted[n - 1];
	return sorted[i] + (h - (double)i) * (sorted[i + 1] - sorted[i]);
}

double amp_quantile7_unsorted(double *v, size_t n, double q)
{
	double h = (double)(n - 1) * q;
	size_t k = (size_t)h;
	double at = amp_select(v, n, k < n ? k : n - 1);
	if (k + 1 >= n) return at;
	double next = v[k + 1]; /* what stands after the k-th is not smaller: its least is the next */
	for (size_t i = k + 2; i < n; i++)
		if (v[i] < next) next = v[i];
	return at + (h - (double)k) * (next - at);
}
