// The standard library is enough: Reprise speaks plain HTTP. The official openai-go reads OPENAI_BASE_URL likewise.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	for _, question := range []string{"How do I delete my account?", "How can I delete my account?"} {
		body, err := json.Marshal(map[string]any{
			"model":    "gpt-4o-mini",
			"messages": []map[string]string{{"role": "user", "content": question}},
		})
		if err != nil {
			log.Fatal(err)
		}
		request, err := http.NewRequest("POST", os.Getenv("OPENAI_BASE_URL")+"/chat/completions", bytes.NewReader(body))
		if err != nil {
			log.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+os.Getenv("OPENAI_API_KEY"))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		response.Body.Close()
		fmt.Println(question, "->", response.Header.Get("Cache-Status"))
	}
}
