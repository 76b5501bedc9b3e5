{{- /*
The passwords as JSON, by user: those of the Secret that is there, else new ones. They are drawn once per rendering and
kept in the values, as every use must see the same.
*/ -}}
{{- define "agenttask.kafka.passwords" -}}
{{- if not (hasKey .Values.kafka "passwords") }}
{{- $passwords := dict }}
{{- $kept := lookup "v1" "Secret" .Release.Namespace (printf "%s-users" (include "agenttask.kafka.name" .)) }}
{{- range list "controller" "worker" "reader" }}
{{- $old := "" }}
{{- if $kept }}{{ $old = index $kept.data . | default "" | b64dec }}{{ end }}
{{- $_ := set $passwords . ($old | default (randAlphaNum 32)) }}
{{- end }}
{{- $_ := set .Values.kafka "passwords" $passwords }}
{{- end }}
{{- toJson .Values.kafka.passwords }}
{{- end }}

{{- define "agenttask.kafka.settingsDigest" -}}
{{- if .Values.kafka.embedded.enabled }}{{ include "agenttask.kafka.passwords" . | sha256sum }}{{ end }}
{{- end }}

{{- /* Client settings of a user of the embedded broker: (dict "root" $ "user" "worker") */ -}}
{{- define "agenttask.kafka.client" -}}
bootstrap.servers={{ include "agenttask.kafka.bootstrapServers" .root }}
security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="{{ .user }}" password="{{ index (include "agenttask.kafka.passwords" .root | fromJson) .user }}";
{{- end }}
