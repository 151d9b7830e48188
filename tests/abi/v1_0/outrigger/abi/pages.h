/* Plugin extension "outrigger.pages/1": pages for people, at /p/PLUGIN/... of the host's listeners.
 *
 * The host authenticates the reader, checks forged requests, adds the frame, the style and the security headers. A page
 * is a tree of blocks, which the host renders and escapes, or a body of another type (a calendar file, an image). The
 * manifest says for each page whether it is public or for admins. A host may be too old to call it: none did before 1.0.
 */
#ifndef OUTRIGGER_ABI_PAGES_H
#define OUTRIGGER_ABI_PAGES_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_PAGES_ID "outrigger.pages/1"

/* Borrowed for the call. */
typedef struct or_page_request {
  uint32_t struct_size;
  uint32_t reserved;
  or_str page;           /* its name in the manifest */
  or_str method;         /* "GET" or "POST"; a POST has been checked against forgery */
  or_str path;           /* what follows /p/PLUGIN/PAGE, decoded, without a trailing slash */
  or_str locale;         /* of the reader: "en", "vi" */
  or_str reader;         /* empty on a public page, else who signed in */
  const or_value* query; /* an object of strings; of several values the last */
  const or_value* form;  /* of a POST, as query; else NULL */
} or_page_request;

typedef struct or_pages_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [strand] *reply, handed over: an object with status (int, 200 when absent) and one of
   *   title and blocks (array; each {block: "heading"|"text"|"table"|"form"|"figures"|"link"|"note", ...}),
   *   redirect (string, within this plugin's pages), or
   *   type and body (bytes).
   * request is borrowed. */
  or_status (*render)(void* self, const or_page_request* request, or_doc* reply, or_error* error);
} or_pages_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_PAGES_H */
