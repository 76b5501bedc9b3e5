{{- define "agenttask.name" -}}
{{- if contains "agenttask" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-agenttask" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- /* Of one component: (dict "root" $ "component" "controller") */ -}}
{{- define "agenttask.selector" -}}
app.kubernetes.io/name: agenttask
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "agenttask.labels" -}}
{{ include "agenttask.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- /* (dict "root" $ "image" .Values.images.worker) */ -}}
{{- define "agenttask.image" -}}
{{- if .image.digest }}{{ .image.repository }}@{{ .image.digest }}{{ else }}{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "agenttask.kafka.name" -}}
{{ include "agenttask.name" . }}-kafka
{{- end }}

{{- /* Whether there is a Kafka at all: a word or nothing. */ -}}
{{- define "agenttask.kafka.present" -}}
{{- if or .Values.kafka.embedded.enabled .Values.kafka.bootstrapServers .Values.kafka.clientSecret }}yes{{ end }}
{{- end }}

{{- define "agenttask.kafka.bootstrapServers" -}}
{{- if .Values.kafka.embedded.enabled }}{{ include "agenttask.kafka.name" . }}.{{ .Release.Namespace }}.svc:9092{{ else }}{{ .Values.kafka.bootstrapServers }}{{ end }}
{{- end }}

{{- /* Whether the addresses stand in the values and not in the Secret: a word or nothing. */ -}}
{{- define "agenttask.kafka.addsBootstrapServers" -}}
{{- if and (not .Values.kafka.embedded.enabled) .Values.kafka.bootstrapServers }}yes{{ end }}
{{- end }}

{{- define "agenttask.kafka.clientSecret" -}}
{{- if .Values.kafka.embedded.enabled }}{{ include "agenttask.kafka.name" . }}-clients{{ else }}{{ .Values.kafka.clientSecret }}{{ end }}
{{- end }}

{{- /* Egress rules towards Kafka, for the operator and for tasks alike. */ -}}
{{- define "agenttask.kafka.egress" -}}
{{- if .Values.kafka.embedded.enabled }}
- to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ .Release.Namespace }}}}
      podSelector:
        matchLabels:
          {{- include "agenttask.selector" (dict "root" . "component" "kafka") | nindent 10 }}
  ports: [{port: 9092, protocol: TCP}]
{{- else if .Values.kafka.egress }}
{{ toYaml .Values.kafka.egress }}
{{- end }}
{{- end }}

{{- /* Not the user of the tasks' pods, 65532: what the kernel counts per user, a task can take from all of that user. */ -}}
{{- define "agenttask.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65531
runAsGroup: 65531
fsGroup: 65531
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "agenttask.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* Resources of a container as the operator's configuration writes them: requests.cpu=500m,limits.memory=4Gi */ -}}
{{- define "agenttask.resources" -}}
{{- $entries := list }}
{{- range $kind, $quantities := . }}{{ range $name, $quantity := $quantities }}
{{- $entries = append $entries (printf "%s.%s=%v" $kind $name $quantity) }}
{{- end }}{{ end }}
{{- join "," $entries }}
{{- end }}

{{- /* Who a replica is, and the Lease by which one is elected. */ -}}
{{- define "agenttask.lease.env" -}}
- {name: AGENTTASK_LEADER_ELECTION_LEASE, value: {{ include "agenttask.name" . }}}
- name: AGENTTASK_LEADER_ELECTION_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: AGENTTASK_LEADER_ELECTION_IDENTITY
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
{{- end }}

{{- /* Rights on that Lease, in the operator's namespace. Who creates something cannot be held to a name. */ -}}
{{- define "agenttask.lease.rules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "agenttask.name" . }}]
  verbs: [get, update]
{{- end }}
