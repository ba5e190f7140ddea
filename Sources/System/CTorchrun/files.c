#include "CTorchrun.h"

// Clang has #embed in every standard, and warns before C23.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char init[] = {
#embed "../../../python/splitvote_torchrun/__init__.py"
};
static const unsigned char main_file[] = {
#embed "../../../python/splitvote_torchrun/__main__.py"
};
static const unsigned char checkpoint[] = {
#embed "../../../python/splitvote_torchrun/checkpoint.py"
};
static const unsigned char dropout[] = {
#embed "../../../python/splitvote_torchrun/dropout.py"
};
static const unsigned char errors[] = {
#embed "../../../python/splitvote_torchrun/errors.py"
};
static const unsigned char folder[] = {
#embed "../../../python/splitvote_torchrun/folder.py"
};
static const unsigned char model[] = {
#embed "../../../python/splitvote_torchrun/model.py"
};
static const unsigned char order[] = {
#embed "../../../python/splitvote_torchrun/order.py"
};
static const unsigned char philox[] = {
#embed "../../../python/splitvote_torchrun/philox.py"
};
static const unsigned char requirements[] = {
#embed "../../../python/requirements.txt"
};
static const unsigned char scores[] = {
#embed "../../../python/splitvote_torchrun/scores.py"
};
static const unsigned char shards[] = {
#embed "../../../python/splitvote_torchrun/shards.py"
};
static const unsigned char train[] = {
#embed "../../../python/splitvote_torchrun/train.py"
};
static const unsigned char versions[] = {
#embed "../../../python/splitvote_torchrun/versions.py"
};

static const struct splitvote_torchrun_file files[] = {
    {"requirements.txt", requirements, sizeof requirements},
    {"splitvote_torchrun/__init__.py", init, sizeof init},
    {"splitvote_torchrun/__main__.py", main_file, sizeof main_file},
    {"splitvote_torchrun/checkpoint.py", checkpoint, sizeof checkpoint},
    {"splitvote_torchrun/dropout.py", dropout, sizeof dropout},
    {"splitvote_torchrun/errors.py", errors, sizeof errors},
    {"splitvote_torchrun/folder.py", folder, sizeof folder},
    {"splitvote_torchrun/model.py", model, sizeof model},
    {"splitvote_torchrun/order.py", order, sizeof order},
    {"splitvote_torchrun/philox.py", philox, sizeof philox},
    {"splitvote_torchrun/scores.py", scores, sizeof scores},
    {"splitvote_torchrun/shards.py", shards, sizeof shards},
    {"splitvote_torchrun/train.py", train, sizeof train},
    {"splitvote_torchrun/versions.py", versions, sizeof versions},
};

const struct splitvote_torchrun_file *splitvote_torchrun_file_at(size_t index) {
    return index < sizeof files / sizeof files[0] ? &files[index] : NULL;
}
