package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Callers;
import io.reprise.server.doctor.Doctor;
import io.reprise.server.doctor.Finding;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.Replies;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;

/** Why calls that look alike do not share an answer, for the administrator alone: {@code GET /v1/admin/doctor}. */
final class DoctorRoute {
    private final Callers callers;
    private final Doctor doctor;

    DoctorRoute(Callers callers, Doctor doctor) {
        this.callers = callers;
        this.doctor = doctor;
    }

    void mount(Router router) {
        router.get("/v1/admin/doctor").handler(this::report);
    }

    private void report(RoutingContext context) {
        if (!callers.administers(context.request())) {
            throw Problem.forbidden();
        }
        Doctor.Report report = doctor.report();
        ObjectNode body = StrictJson.object()
                .put("misses", report.misses())
                .put("alike", report.cases().size())
                .put(
                        "curable",
                        report.cases().stream().filter(Doctor.Case::isCurable).count());
        Map<String, Integer> callsBySetting = new LinkedHashMap<>();
        var items = body.putArray("items");
        for (Doctor.Case one : report.cases()) {
            var findings = items.addObject().put("time", one.at().toString()).putArray("differences");
            for (Finding finding : one.findings()) {
                findings.addObject()
                        .put("part", finding.part())
                        .put("value", finding.here())
                        .put("other", finding.there())
                        .put("words", finding.words())
                        .put("setting", finding.setting());
                // Only where it is all that parts the two would the setting alone have saved the call.
                if (finding.setting() != null && one.findings().size() == 1) {
                    callsBySetting.merge(finding.setting(), 1, Integer::sum);
                }
            }
        }
        var settings = body.putArray("settings");
        callsBySetting.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(each ->
                        settings.addObject().put("setting", each.getKey()).put("calls", each.getValue()));
        Replies.json(context.response(), 200, body);
    }
}
