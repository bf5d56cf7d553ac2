/* A strict reader of JSON that looks at nothing but the grammar and the keys. */
#ifndef HCK_TESTS_KIT_REPORT_JSON_H
#define HCK_TESTS_KIT_REPORT_JSON_H

/* `listener` hears every key of every object, in order; it may be NULL. Fails the test, with the
 * place, where the text is not one JSON value and nothing else (RFC 8259). */
typedef void (*json_key_listener)(void *context, const char *key);
void check_json(const char *text, json_key_listener listener, void *context);

#endif
