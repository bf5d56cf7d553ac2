/* Text for machines and for narrow screens. */
#ifndef HCK_KIT_REPORT_ESCAPE_H
#define HCK_KIT_REPORT_ESCAPE_H

#include <stdio.h>

/* Inside a JSON string or XML text; bytes that are no UTF-8 become the replacement character. */
void hck_report_escape_json(const char *text, FILE *stream);
void hck_report_escape_xml(const char *text, FILE *stream);

/* Words of `text`, wrapped at 100 columns, every line behind `prefix`. */
void hck_report_wrap(const char *text, const char *prefix, FILE *stream);

#endif
