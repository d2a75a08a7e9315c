// cert-manager's CRDs: config/default asks cert-manager for the certificate of
// the webhook, and a test applies it to a real API server. Only the YAML in the
// module's folder is read; nothing of it is compiled into anything of ours.
module github.com/domicile-dev/domicile/hack/certmanager

go 1.26.0

tool github.com/cert-manager/cert-manager/pkg/apis/certmanager

require github.com/cert-manager/cert-manager v1.21.2 // indirect
