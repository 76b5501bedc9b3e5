package dev.agenttask.controller;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready is a leader whose caches are filled and follow the API server, and a replica that could take over. */
@Readiness
@ApplicationScoped
class CachesCheck implements HealthCheck {

    private final ControllerApplication application;

    CachesCheck(ControllerApplication application) {
        this.application = application;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.builder()
                .name("caches")
                .status(application.ready())
                .build();
    }
}
