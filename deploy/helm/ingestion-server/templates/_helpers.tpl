{{- define "ingestion-server.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Leaves room for the longest suffix, -dashboard. */}}
{{- define "ingestion-server.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "ingestion-server.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "ingestion-server.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ingestion-server.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ingestion-server.labels" -}}
{{ include "ingestion-server.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end -}}

{{- define "ingestion-server.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "ingestion-server.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "ingestion-server.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* A variable from a Secret. Arguments: the variable, and an entry of .Values.credentials. */}}
{{- define "ingestion-server.secretEnv" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ (index . 1).existingSecret }}
      key: {{ (index . 1).key }}
{{- end -}}

{{/* The variables that api, worker and migrate share. */}}
{{- define "ingestion-server.serverEnv" -}}
{{- $credentials := .Values.credentials -}}
{{ include "ingestion-server.secretEnv" (list "DATABASE_URL" $credentials.database) }}
{{- if $credentials.tasksDatabase.existingSecret }}
{{ include "ingestion-server.secretEnv" (list "TASKS_DATABASE_URL" $credentials.tasksDatabase) }}
{{- end }}
{{ include "ingestion-server.secretEnv" (list "OPENSEARCH_URL" $credentials.openSearch) }}
{{ include "ingestion-server.secretEnv" (list "API_TOKEN" $credentials.apiToken) }}
{{- if $credentials.webhook.existingSecret }}
{{ include "ingestion-server.secretEnv" (list "WEBHOOK_SECRET" $credentials.webhook) }}
{{- end }}
{{- if $credentials.openSearchCa.existingSecret }}
- name: OPENSEARCH_CA_FILE
  value: /etc/ingestion-server/opensearch-ca.crt
{{- end }}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ include "ingestion-server.text" $value | quote }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A number as it was written: large ones would be rendered as 1e+06. */}}
{{- define "ingestion-server.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{ printf "%.0f" . }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{- define "ingestion-server.serverMounts" -}}
{{- if .Values.credentials.openSearchCa.existingSecret }}
- name: opensearch-ca
  mountPath: /etc/ingestion-server
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "ingestion-server.serverVolumes" -}}
{{- with .Values.credentials.openSearchCa }}
{{- if .existingSecret }}
- name: opensearch-ca
  secret:
    secretName: {{ .existingSecret }}
    items:
      - key: {{ .key }}
        path: opensearch-ca.crt
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "ingestion-server.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "ingestion-server.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Where a pod runs. Argument: the values of a component. */}}
{{- define "ingestion-server.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Argument: the path of the readiness probe. */}}
{{- define "ingestion-server.probes" -}}
startupProbe:
  httpGet: { path: /livez, port: http }
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /livez, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: { path: {{ . }}, port: http }
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 3
{{- end -}}
