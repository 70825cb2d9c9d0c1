/* lists.c: what the metrics from lists say of each visit, where the report's pass over the lists puts it (metrics/lists.c). */
#include "base/i18n.h"
#include "simulation.h"

int sim_tables_new(struct sim_world *w, struct amp_err *err)
{
	struct sim_figures f = sim_figures(w->setting);
	struct amp_arena *a = w->fixed;
	size_t room = w->frame.n_personas * w->frame.n_rounds;
	w->lists.tables = amp_arena_new_array(a, struct amp_list_table, f.n);
	for (size_t i = 0; i < f.n && !amp_arena_refused(a); i++) {
		const struct amp_metric *m = amp_metric_find(f.names[i]);
		if (m->visit)
			w->lists.tables[w->lists.n_tables++] = (struct amp_list_table){
				m, amp_arena_new_array(a, struct amp_figure, room), amp_arena_new_array(a, uint8_t, room)};
	}
	w->sums->lists = &w->lists;
	return amp_arena_refused(a) ? AMP_OOM(err) : 0;
}

void sim_visit(struct sim_world *w, size_t persona, size_t round, const struct amp_visit *v)
{
	size_t at = amp_list_index(&w->frame, 0, persona, round);
	for (size_t i = 0; i < w->lists.n_tables; i++) {
		struct amp_list_table *t = &w->lists.tables[i];
		t->v[at] = (struct amp_figure){0, 0, 0, 0};
		t->has[at] = t->metric->visit(v, &t->v[at]);
	}
}
