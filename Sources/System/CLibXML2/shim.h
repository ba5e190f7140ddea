#include <libxml/HTMLparser.h>
#include <libxml/encoding.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

// The library prints some errors through a variadic function, which Swift cannot write: one that prints nothing.
static void splitvote_say_nothing(void *context, const char *message, ...) {
    (void)context;
    (void)message;
}

static inline void splitvote_silence(void) { xmlSetGenericErrorFunc(NULL, splitvote_say_nothing); }

static inline void splitvote_unsilence(void) { xmlSetGenericErrorFunc(NULL, NULL); }
