{{- define "persistor.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Short, because Kubernetes makes host names of it: the name of a Job, and the index of a pod. */}}
{{- define "persistor.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "persistor.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "persistor.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "persistor.selector" -}}
app.kubernetes.io/name: {{ include "persistor.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "persistor.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "persistor.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "persistor.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "persistor.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "persistor.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* What all pods have: no rights, no token of the cluster's API, and the identity for the clouds. */}}
{{- define "persistor.podSecurity" -}}
serviceAccountName: {{ include "persistor.serviceAccount" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "persistor.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end -}}

{{- define "persistor.identityLabels" -}}
{{- if eq .Values.identity.azure.mode "webhook" }}
azure.workload.identity/use: "true"
{{- end -}}
{{- end -}}

{{- define "persistor.identityEnv" -}}
{{- if eq .Values.identity.google.mode "federation" }}
- name: GOOGLE_APPLICATION_CREDENTIALS
  value: /var/run/persistor/google/credentials.json
{{- end }}
{{- if eq .Values.identity.azure.mode "federation" }}
- name: AZURE_CLIENT_ID
  value: {{ required "identity.azure.clientId is required with the mode federation" .Values.identity.azure.clientId | quote }}
- name: AZURE_TENANT_ID
  value: {{ required "identity.azure.tenantId is required with the mode federation" .Values.identity.azure.tenantId | quote }}
- name: AZURE_FEDERATED_TOKEN_FILE
  value: /var/run/persistor/azure/token
- name: AZURE_AUTHORITY_HOST
  value: https://login.microsoftonline.com/
{{- end }}
{{- end -}}

{{- define "persistor.identityMounts" -}}
{{- if eq .Values.identity.google.mode "federation" }}
- name: google
  mountPath: /var/run/persistor/google
  readOnly: true
{{- end }}
{{- if eq .Values.identity.azure.mode "federation" }}
- name: azure
  mountPath: /var/run/persistor/azure
  readOnly: true
{{- end }}
{{- end -}}

{{/* Tokens that only the cloud accepts. The kubelet renews them. */}}
{{- define "persistor.identityVolumes" -}}
{{- if eq .Values.identity.google.mode "federation" }}
- name: google
  projected:
    sources:
      - serviceAccountToken:
          path: token
          audience: https://iam.googleapis.com/{{ required "identity.google.provider is required with the mode federation" .Values.identity.google.provider }}
          expirationSeconds: 3600
      - configMap:
          name: {{ include "persistor.fullname" . }}-google
          items:
            - key: credentials.json
              path: credentials.json
{{- end }}
{{- if eq .Values.identity.azure.mode "federation" }}
- name: azure
  projected:
    sources:
      - serviceAccountToken:
          path: token
          audience: api://AzureADTokenExchange
          expirationSeconds: 3600
{{- end }}
{{- end -}}
