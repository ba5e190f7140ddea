#include "CSchemas.h"

// Clang has #embed in every standard, and warns before C23.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char certificate[] = {
#embed "../../../schemas/certificate.schema.json"
};
static const unsigned char checkup[] = {
#embed "../../../schemas/checkup.schema.json"
};
static const unsigned char collection[] = {
#embed "../../../schemas/collection.schema.json"
};
static const unsigned char event[] = {
#embed "../../../schemas/event.schema.json"
};
static const unsigned char explanation[] = {
#embed "../../../schemas/explanation.schema.json"
};
static const unsigned char export[] = {
#embed "../../../schemas/export.schema.json"
};
static const unsigned char label_agreement[] = {
#embed "../../../schemas/label-agreement.schema.json"
};
static const unsigned char label_diff[] = {
#embed "../../../schemas/label-diff.schema.json"
};
static const unsigned char label_flips[] = {
#embed "../../../schemas/label-flips.schema.json"
};
static const unsigned char label_set[] = {
#embed "../../../schemas/label-set.schema.json"
};
static const unsigned char label_sets[] = {
#embed "../../../schemas/label-sets.schema.json"
};
static const unsigned char notification[] = {
#embed "../../../schemas/notification.schema.json"
};
static const unsigned char run_diff[] = {
#embed "../../../schemas/run-diff.schema.json"
};
static const unsigned char run_export[] = {
#embed "../../../schemas/run-export.schema.json"
};
static const unsigned char run_plot[] = {
#embed "../../../schemas/run-plot.schema.json"
};
static const unsigned char pipeline[] = {
#embed "../../../schemas/pipeline.schema.json"
};
static const unsigned char plan[] = {
#embed "../../../schemas/plan.schema.json"
};
static const unsigned char prediction[] = {
#embed "../../../schemas/prediction.schema.json"
};
static const unsigned char run[] = {
#embed "../../../schemas/run.schema.json"
};
static const unsigned char runs[] = {
#embed "../../../schemas/runs.schema.json"
};
static const unsigned char scores[] = {
#embed "../../../schemas/scores.schema.json"
};
static const unsigned char shards[] = {
#embed "../../../schemas/shards.schema.json"
};
static const unsigned char source[] = {
#embed "../../../schemas/source.schema.json"
};
static const unsigned char status[] = {
#embed "../../../schemas/status.schema.json"
};
static const unsigned char store[] = {
#embed "../../../schemas/store.sql"
};
static const unsigned char surface[] = {
#embed "../../../schemas/surface.schema.json"
};
static const unsigned char tokens[] = {
#embed "../../../schemas/tokens.schema.json"
};
static const unsigned char trace[] = {
#embed "../../../schemas/trace.schema.json"
};
static const unsigned char training_step[] = {
#embed "../../../schemas/training-step.schema.json"
};
static const unsigned char training[] = {
#embed "../../../schemas/training.schema.json"
};

static const struct splitvote_schema schemas[] = {
    {"certificate", certificate, sizeof certificate},
    {"checkup", checkup, sizeof checkup},
    {"collection", collection, sizeof collection},
    {"event", event, sizeof event},
    {"explanation", explanation, sizeof explanation},
    {"export", export, sizeof export},
    {"label-agreement", label_agreement, sizeof label_agreement},
    {"label-diff", label_diff, sizeof label_diff},
    {"label-flips", label_flips, sizeof label_flips},
    {"label-set", label_set, sizeof label_set},
    {"label-sets", label_sets, sizeof label_sets},
    {"notification", notification, sizeof notification},
    {"pipeline", pipeline, sizeof pipeline},
    {"plan", plan, sizeof plan},
    {"prediction", prediction, sizeof prediction},
    {"run", run, sizeof run},
    {"run-diff", run_diff, sizeof run_diff},
    {"run-export", run_export, sizeof run_export},
    {"run-plot", run_plot, sizeof run_plot},
    {"runs", runs, sizeof runs},
    {"scores", scores, sizeof scores},
    {"shards", shards, sizeof shards},
    {"source", source, sizeof source},
    {"status", status, sizeof status},
    {"store", store, sizeof store},
    {"surface", surface, sizeof surface},
    {"tokens", tokens, sizeof tokens},
    {"trace", trace, sizeof trace},
    {"training-step", training_step, sizeof training_step},
    {"training", training, sizeof training},
};

const struct splitvote_schema *splitvote_schema_at(size_t index) {
    return index < sizeof schemas / sizeof schemas[0] ? &schemas[index] : NULL;
}
