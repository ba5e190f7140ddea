// libxml2 may be built upon ICU, and its headers then bring ICU's own, which Foundation has too, in another version: one type with
// two definitions, which the compiler refuses. Nothing here reads the fields that depend on it.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/HTMLparser.h>
#include <libxml/encoding.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

// The library prints some errors through a variadic function, which Swift cannot write: one that prints nothing.
static void splitvote_say_nothing(void *context, const char *message, ...) {
    (void)context;
    (void)message;
}

static inline void splitvote_silence(void) { xmlSetGenericErrorFunc(NULL, splitvote_say_nothing); }

static inline void splitvote_unsilence(void) { xmlSetGenericErrorFunc(NULL, NULL); }

// Digits of the library that is loaded, such as 20914, which may differ from the one of these headers.
static inline const char *splitvote_xml_version(void) { return xmlParserVersion; }

// The library's own function for this is a variable, which may not be read from several threads.
static inline void splitvote_free_xml(void *text) { xmlFree(text); }
