{{/* What the engine's pods and the workers' have alike. */}}
{{- define "ccm.pod" -}}
serviceAccountName: {{ include "ccm.serviceAccount" . }}
# The Kubernetes API is never asked. (IRSA brings a token of its own.)
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  # Not Always: that would open the signing key beside the record to the group, and the engine refuses such a key.
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{- define "ccm.container" -}}
image: {{ include "ccm.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
{{- with .Values.existingSecret }}
envFrom:
  - secretRef:
      name: {{ . }}
{{- end }}
{{- end -}}

{{- define "ccm.environment" -}}
- name: CCM_STORE
  value: {{ if eq .Values.store.kind "sqlite" }}sqlite:////data/ccm.db{{ else }}dynamodb://{{ .Values.store.dynamodb.prefix }}{{ end }}
- name: CCM_LOG_FORMAT
  value: json
{{- range $name, $value := .Values.settings }}
{{- /* A whole number of a values file is a float64, and would be written as 1.23456789012e+11. */}}
{{- $whole := and (kindIs "float64" $value) (eq (toString $value) (toString (floor $value))) }}
- name: {{ $name }}
  value: {{ ternary (int64 $value) $value $whole | toString | quote }}
{{- end }}
{{- end -}}
