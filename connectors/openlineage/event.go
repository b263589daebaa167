package openlineage

import "time"

const spec = "https://openlineage.io/spec/"

// The versions of the facets that are written.
const (
	runEventSchema         = spec + "2-0-2/OpenLineage.json#/$defs/RunEvent"
	nominalTimeSchema      = spec + "facets/1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet"
	errorMessageSchema     = spec + "facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet"
	processingEngineSchema = spec + "facets/1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet"
	jobTypeSchema          = spec + "facets/2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet"
	schemaSchema           = spec + "facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet"
	documentationSchema    = spec + "facets/1-0-1/DocumentationDatasetFacet.json#/$defs/DocumentationDatasetFacet"
	inputStatisticsSchema  = spec + "facets/1-0-0/InputStatisticsInputDatasetFacet.json#/$defs/InputStatisticsInputDatasetFacet"
	outputStatisticsSchema = spec + "facets/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet"
)

type object = map[string]any

// runEvent returns an event as the specification has it.
func (e *Emitter) runEvent(v Event) object {
	run := object{
		"nominalTime":       e.facet(nominalTimeSchema, object{"nominalStartTime": v.Night.UTC().Format(time.RFC3339)}),
		"processing_engine": e.facet(processingEngineSchema, object{"name": "clientele", "version": e.Version}),
	}
	if v.Error != "" {
		run["errorMessage"] = e.facet(errorMessageSchema, object{"message": v.Error, "programmingLanguage": "Go"})
	}
	inputs, outputs := []object{}, []object{}
	for _, d := range v.Inputs {
		inputs = append(inputs, e.dataset(d, "inputFacets", "inputStatistics", inputStatisticsSchema))
	}
	for _, d := range v.Outputs {
		outputs = append(outputs, e.dataset(d, "outputFacets", "outputStatistics", outputStatisticsSchema))
	}
	return object{
		"eventType": v.Type,
		"eventTime": v.At.UTC().Format("2006-01-02T15:04:05.000Z"),
		"producer":  e.producer(),
		"schemaURL": runEventSchema,
		"run":       object{"runId": v.RunID.String(), "facets": run},
		"job": object{"namespace": e.Namespace, "name": v.Job, "facets": object{
			"jobType": e.facet(jobTypeSchema, object{"processingType": "BATCH", "integration": "CLIENTELE", "jobType": "NIGHT"})}},
		"inputs":  inputs,
		"outputs": outputs,
	}
}

func (e *Emitter) producer() string { return "urn:clientele:" + e.Version }

// facet returns a facet with what every one has.
func (e *Emitter) facet(schema string, members object) object {
	members["_producer"], members["_schemaURL"] = e.producer(), schema
	return members
}

// dataset returns a dataset whose rows are counted by a facet of its direction.
func (e *Emitter) dataset(d Dataset, facets, statistics, statisticsSchema string) object {
	about := object{}
	if d.Doc != "" {
		about["documentation"] = e.facet(documentationSchema, object{"description": d.Doc})
	}
	if len(d.Fields) > 0 {
		about["schema"] = e.facet(schemaSchema, object{"fields": d.Fields})
	}
	counted := object{}
	if d.Rows >= 0 {
		counted[statistics] = e.facet(statisticsSchema, object{"rowCount": d.Rows})
	}
	return object{"namespace": d.Namespace, "name": d.Name, "facets": about, facets: counted}
}
