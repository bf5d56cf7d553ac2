#include "kit/report/page.h"

#include "kit/report/escape.h"

static const char style[] =
    "<style>\n"
    "body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 75em; "
    "padding: 0 1em; color: #222; background: #fff }\n"
    "table { border-collapse: collapse; margin: 1em 0 }\n"
    "th, td { border: 1px solid #ccc; padding: .25em .6em; text-align: left; "
    "vertical-align: top }\n"
    "thead th { position: sticky; top: 0; background: #eee }\n"
    "tbody th { font: 13px/1.5 ui-monospace, monospace }\n"
    "summary { cursor: pointer }\n"
    ".violated { background: #f6c7c3; font-weight: bold }\n"
    ".holds { background: #d5ecd5 }\n"
    ".latitude { background: #dfe8f7 }\n"
    ".lacks, .none { color: #767676 }\n"
    "</style>\n";

void hck_page_begin(const char *title, FILE *stream)
{
    (void)fputs("<!DOCTYPE html>\n"
                "<html lang=\"en\">\n"
                "<head>\n"
                "<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width\">\n",
                stream);
    (void)fprintf(stream, "<title>%s</title>\n%s</head>\n<body>\n<h1>%s</h1>\n", title, style,
                  title);
}

void hck_page_end(FILE *stream)
{
    (void)fputs("</body>\n</html>\n", stream);
}

void hck_page_clause(enum clause_id clause, FILE *stream)
{
    const struct clause *row = hck_clause_get(clause);
    (void)fputs("<th scope=\"row\"><details><summary>", stream);
    hck_report_escape_xml(row->id, stream);
    (void)fputs("</summary>", stream);
    hck_report_escape_xml(row->statement, stream);
    (void)fputs(" <em>", stream);
    hck_report_escape_xml(row->source, stream);
    (void)fputs("</em></details></th>", stream);
}
