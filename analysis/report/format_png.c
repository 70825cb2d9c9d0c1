/* format_png.c: every chart as a PNG file, drawn by librsvg from the SVG, three dots to a unit: sharp on paper at 9 cm. */
#include <cairo.h>
#include <librsvg/rsvg.h>
#include "base/i18n.h"
#include "report/private.h"

#define DOTS 3

static cairo_status_t keep(void *to, const unsigned char *bytes, unsigned int n)
{
	return amp_buf_add(to, bytes, n) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

static bool draw(const struct amp_picture *p, cairo_surface_t *surface)
{
	RsvgHandle *svg = rsvg_handle_new_from_data((const guint8 *)p->svg, p->n, NULL);
	if (svg == NULL) return false;
	cairo_t *to = cairo_create(surface);
	const RsvgRectangle all = {0, 0, DOTS * p->width, DOTS * p->height};
	bool drawn = rsvg_handle_render_document(svg, to, &all, NULL) != 0;
	drawn = drawn && cairo_status(to) == CAIRO_STATUS_SUCCESS;
	cairo_destroy(to);
	g_object_unref(svg);
	return drawn;
}

static int save(struct amp_report *r, const char *file, const struct amp_picture *p, struct amp_err *err)
{
	struct amp_buf b;
	amp_buf_init(&b, (size_t)64 << 20);
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(DOTS * p->width), (int)(DOTS * p->height));
	bool drawn = draw(p, surface) && cairo_surface_write_to_png_stream(surface, keep, &b) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(surface);
	int rc = drawn ? amp_report_file(r, file, &b, err) : amp_fail(err, AMP_EIO, _("The chart %s cannot be drawn."), file);
	amp_buf_free(&b);
	return rc;
}

static int save_all(struct amp_report *r, const struct amp_report_format *format, struct amp_err *err)
{
	return amp_report_pictures(r, format->name, save, err);
}

const struct amp_report_format amp_format_png = {"png", "charts", save_all};
