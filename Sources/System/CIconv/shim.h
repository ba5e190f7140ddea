#include <iconv.h>
#include <stdint.h>

// The failed descriptor is a cast of -1, which Swift does not import.
static inline int splitvote_iconv_failed(iconv_t converter) { return converter == (iconv_t)-1; }
